package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"etalon/signing"
)

// A service ends one day; what it attested does not. Closing it signs every
// status list one last time, with a root and without an end (package signing,
// section 11), so that papers can be checked for as long as anybody keeps a
// copy of public/. The last lists stand in issued/status, where publishing
// finds them from then on; no attestation is issued and no status changes after
// that. A person can still be erased.

func (e *env) close(ctx context.Context, args []string) error {
	c := e.command("close", "")
	r := &rootCommand{c,
		c.String("root", "", "`folder` of the two root keys, on a medium that is kept offline"),
		c.String("root-passphrase-file", "", "`file` holding the passphrase of the roots (default: that of the other keys)"),
	}
	ever := c.Bool("for-ever", false, "confirm: nothing can be issued, revoked or reinstated afterwards")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	if !*ever {
		return usagef("close ends the service: nothing can be issued, revoked or reinstated afterwards; confirm with -for-ever")
	}
	k, err := r.change()
	if err != nil {
		return err
	}
	if err := k.notClosed(); err != nil {
		return err
	}
	lists, suspended, err := k.close()
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "The service is closed: %s signed by a root, without end. Publish once more, and give copies of public/ to whoever keeps archives.\n", count(lists, "status list"))
	for _, number := range suspended {
		fmt.Fprintf(e.stdout, "  %s stays suspended for ever\n", number)
	}
	return nil
}

// close signs the last lists, all of them or none.
func (k *keyChange) close() (lists int, suspended []string, err error) {
	if err := k.noPlan("the end of the service"); err != nil {
		return 0, nil, err
	}
	lives, err := k.lives()
	if err != nil {
		return 0, nil, err
	}
	l := newLists(k.config.Address, lives, k.at, time.Time{})
	for f, err := range k.attestations() {
		if err == nil {
			err = l.add(f)
		}
		if err != nil {
			return 0, nil, err
		}
	}
	files, err := l.sign(k.keyring, k.root)
	if err != nil {
		return 0, nil, err
	}
	if len(files) == 0 {
		return 0, nil, errors.New("no attestation was ever issued: there is no status list to close")
	}
	stage := k.path("issued", ".status.new")
	if err := os.RemoveAll(stage); err != nil {
		return 0, nil, err
	}
	defer os.RemoveAll(stage)
	for _, name := range sortedKeys(files) {
		if err := createFile(filepath.Join(stage, filepath.Base(name)), files[name], 0o644); err != nil {
			return 0, nil, err
		}
	}
	if err := os.Rename(stage, k.finalPath()); err != nil {
		return 0, nil, err
	}
	return len(files), l.statuses[signing.Suspended], syncFolder(k.path("issued"))
}

// finalPath is the folder of the last status lists.
func (w *workspace) finalPath() string { return w.path("issued", "status") }

// closed says whether the service was closed.
func (w *workspace) closed() (bool, error) {
	_, err := os.Stat(w.finalPath())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// notClosed refuses what a closed service can no longer do.
func (w *workspace) notClosed() error {
	closed, err := w.closed()
	if err == nil && closed {
		err = withHint(errors.New("the service was closed: its last status lists are signed"), "nothing can be issued, nor a status changed; 'generator publish' and 'generator erase' still work")
	}
	return err
}

// finalLists reads the last status lists and checks that they are whole.
func (k *keyring) finalLists() (map[string][]byte, error) {
	list, err := names(k.finalPath(), ".json")
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte)
	for _, name := range list {
		path := filepath.Join(k.finalPath(), name+".json")
		data, err := readFile(path)
		if err != nil {
			return nil, err
		}
		var number uint32
		if _, err := fmt.Sscanf(name, "%d", &number); err != nil {
			return nil, withHint(fmt.Errorf("%s: not the number of a status list", path), "restore issued/ from a backup")
		}
		l, err := signing.OpenStatusList(data, k.manifest, number)
		if err == nil && !l.Final() {
			err = errors.New("it has an end")
		}
		if err != nil {
			return nil, withHint(fmt.Errorf("%s: %w", path, err), "restore issued/ from a backup")
		}
		files[statusPath(number)] = data
	}
	return files, nil
}
