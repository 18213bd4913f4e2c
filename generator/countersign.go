package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"etalon/generator/attestation"
	"etalon/signing"
)

// countersign signs again, with the keys of today, what a stolen status or
// entry key had signed and what therefore counts for nothing. A decision could
// be the thief's: it is shown first, and signed with -accept only. An entry is
// made anew from issued/ and records/, never from what the thief could have
// written.
func (e *env) countersign(ctx context.Context, args []string) error {
	c := e.command("countersign", "")
	accept := c.Bool("accept", false, "sign: every decision listed was looked at, and is ours")
	k, at, err := c.openKeys(args)
	if err != nil {
		return err
	}
	decisions, err := k.distrusted()
	if err != nil {
		return err
	}
	entries, err := k.lostEntries(ctx)
	if err != nil {
		return err
	}
	for _, path := range sortedKeys(decisions) {
		d := decisions[path]
		fmt.Fprintf(e.stdout, "%s: %s %s, %s, by %q: %s\n", path, d.Action, d.Number, d.At, d.By, d.Reason)
	}
	if !*accept {
		fmt.Fprintf(e.stdout, "To sign again: %s, and registry entries: %d. Remove what is not yours, then repeat with -accept.\n", count(len(decisions), "decision"), len(entries))
		return nil
	}
	if err := k.signAgain(decisions, at); err != nil {
		return err
	}
	if err := k.sealAgain(ctx, entries, at); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "Signed again on %s: %s, and registry entries: %d; publish to make it known.\n", at.Format(time.DateOnly), count(len(decisions), "decision"), len(entries))
	return nil
}

// distrusted reads the later decisions that a compromised key signed, by path.
func (k *keyring) distrusted() (map[string]*laterDecision, error) {
	list, err := k.laterNames()
	if err != nil {
		return nil, err
	}
	found := make(map[string]*laterDecision)
	for _, name := range list {
		path := k.path("decisions", name+".json")
		_, err := k.laterDecision(path)
		distrusted, ok := errors.AsType[*signing.DistrustedStatement](err)
		if err == nil {
			continue
		} else if !ok {
			return nil, err
		}
		d := new(laterDecision)
		if err := decodeStrict(path, distrusted.Document, d); err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(name, ".")
		if _, err := d.check(number); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		found[path] = d
	}
	return found, nil
}

// signAgain replaces the proofs of decisions, and nothing else of them.
func (k *keyring) signAgain(decisions map[string]*laterDecision, at time.Time) error {
	if len(decisions) == 0 {
		return nil
	}
	key, err := k.signer(signing.RoleStatus, at)
	if err != nil {
		return err
	}
	for _, path := range sortedKeys(decisions) {
		data, err := signing.SignStatement(decisions[path], at, key)
		if err != nil {
			return err
		}
		if err := writeFile(path, append(data, '\n'), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// lostEntries lists the attestations whose registry entry no longer verifies.
func (k *keyring) lostEntries(ctx context.Context) ([]*issuedFile, error) {
	var lost []*issuedFile
	for f, err := range k.attestations() {
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if f.Erased != nil {
			continue
		}
		code, err := signing.ParseCode(f.Code)
		if err != nil {
			return nil, fmt.Errorf("issued/%s.json: code: %w", f.Number, err)
		}
		sealed, err := readFile(k.path("issued", sealedPath(f.Locator, "")))
		if err != nil {
			return nil, err
		}
		if _, err := signing.OpenEntry(code, sealed, k.manifest); err != nil {
			lost = append(lost, f)
		}
	}
	return lost, nil
}

// sealAgain makes registry entries anew.
func (k *keyring) sealAgain(ctx context.Context, lost []*issuedFile, at time.Time) error {
	if len(lost) == 0 {
		return nil
	}
	key, err := k.signer(signing.RoleEntry, at)
	if err != nil {
		return err
	}
	for _, f := range lost {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := k.sealOneAgain(f, key); err != nil {
			return fmt.Errorf("seal %s again: %w", f.Number, err)
		}
	}
	return nil
}

func (k *keyring) sealOneAgain(f *issuedFile, key *signing.PrivateKey) error {
	code, err := signing.ParseCode(f.Code)
	if err != nil {
		return err
	}
	signed, err := f.credentials()
	if err != nil {
		return err
	}
	r, err := k.attestedRecord(f)
	if err != nil {
		return err
	}
	entry := &signing.Entry{Credential: signed[0], Share: signed[1], Record: r.Encode()}
	for _, form := range attestation.Forms { // the order of issue
		text, ok := f.Forms[string(form)]
		if !ok {
			continue
		}
		sum, err := hex.DecodeString(text)
		if err != nil || len(sum) != 32 {
			return fmt.Errorf("issued/%s.json: forms.%s: not 64 hexadecimal digits", f.Number, form)
		}
		entry.Forms = append(entry.Forms, signing.FormHash{Form: string(form), SHA256: [32]byte(sum)})
	}
	sealed, err := signing.SealEntry(code, entry, key)
	if err != nil {
		return err
	}
	return writeFile(k.path("issued", sealedPath(f.Locator, "")), sealed, 0o644)
}
