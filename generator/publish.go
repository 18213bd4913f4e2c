package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"etalon/signing"
	"etalon/site"
)

// listLife is how long a published status list is believed: the longest a
// withheld revocation can stay unknown.
const listLife = 7 * 24 * time.Hour

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func (e *env) publish(ctx context.Context, args []string) error {
	c := e.command("publish", "")
	k, at, err := c.openKeys(args)
	if err != nil {
		return err
	}
	last, err := k.lastNews()
	if err != nil {
		return err
	}
	if at.Before(last) {
		e.warn("results were made known at %s, after the date of this publication: what was decided since is not in its status lists", last.Format(time.RFC3339))
	}
	p, err := k.publish(ctx, e, at)
	if err != nil {
		return err
	}
	p.tell(e, k)
	if p.unchanged {
		return nil
	}
	if err := k.redeliver(ctx, e, at); err != nil {
		return fmt.Errorf("published, but not delivered: %w", err)
	}
	return nil
}

// tell prints what was published.
func (p *publication) tell(e *env, k *keyring) {
	if p.unchanged {
		fmt.Fprintf(e.stdout, "Nothing changed since the publication at %s: %s is as it was.\n", p.at.Format(time.RFC3339), k.path("public"))
		return
	}
	fmt.Fprintf(e.stdout, "Published at %s into %s: %d pages and files of the site, %s, %s.\n",
		p.at.Format(time.RFC3339), k.path("public"), p.pages, count(p.attestations, "attestation"), count(p.lists, "status list"))
	for _, s := range []signing.Status{signing.Revoked, signing.Suspended, signing.Superseded} {
		for _, number := range p.statuses[s] {
			fmt.Fprintf(e.stdout, "  %s is %v\n", number, s)
		}
	}
	if p.erased > 0 {
		fmt.Fprintf(e.stdout, "  %d erased: the registry holds nothing of them\n", p.erased)
	}
	if p.held > 0 {
		fmt.Fprintf(e.stdout, "  %d held back: %s is not complete; 'generator issue' completes it\n", p.held, p.open.name())
	}
	if p.news != nil {
		fmt.Fprintf(e.stdout, "  new: %s; see %s\n", p.news.summary(), p.newsPath)
	}
	if p.closed {
		fmt.Fprintln(e.stdout, "The service is closed: the status lists are the last ones and hold without end.")
		return
	}
	fmt.Fprintf(e.stdout, "Publish again before %s: the status lists end then. The manifest ends on %s.\n",
		p.at.Add(listLife).Format(time.RFC3339), k.manifest.ValidUntil.Format(time.DateOnly))
	e.warnEnds(k, p.at)
}

// publication sums up what publish did.
type publication struct {
	at                         time.Time
	unchanged                  bool // all that follows is unknown then
	pages, attestations, lists int
	erased                     int
	held                       int                         // issued by a plan that is still open
	open                       *plan                       // that plan
	closed                     bool                        // the lists are the last ones
	statuses                   map[signing.Status][]string // numbers that are not plainly valid
	news                       *news                       // nil when nothing became visible
	newsPath                   string
}

// publish brings public/ up to date with the files of the workspace and one
// date. The new state is made beside, in the folder that was public/ before,
// and put in place by one exchange of names: a failure at any step, and a kill
// at any instant, leave public/ as it was or as it is to be.
func (k *keyring) publish(ctx context.Context, e *env, at time.Time) (*publication, error) {
	if info, err := os.Lstat(k.path("public")); err == nil && !info.IsDir() {
		return nil, withHint(fmt.Errorf("%s is not a folder of its own", k.path("public")),
			"it is exchanged as a whole, and what a link leads to would stay as it is: remove it, publish, and let the web server look into the workspace or copy public/ after each publication")
	}
	inputs, err := k.inputs(ctx, at)
	if err != nil {
		return nil, err
	}
	last := k.remembered()
	if k.stands(last, inputs) {
		return &publication{at: at, unchanged: true}, nil
	}
	g := &gathering{keyring: k, publication: &publication{at: at}, last: last}
	if err := g.gather(ctx); err != nil {
		return nil, err
	}
	t := &tree{dir: k.sparePath(), source: k.path("issued"), files: g.files, entries: &g.entries, badges: g.badges}
	if err := k.recover(); err != nil {
		return nil, err
	}
	bar := newProgress(e.stderr, "publishing", len(t.entries)+1)
	defer bar.end()
	if err := t.update(ctx, bar); err != nil {
		return nil, withHint(fmt.Errorf("prepare %s: %w", t.dir, err), "public/ is as it was: check the free space and the rights of %s, then publish again", k.dir)
	}
	if err := replaceFolder(k.path("public"), t.dir); err != nil {
		return nil, withHint(err, "check the rights of %s, then publish again", k.dir)
	}
	if err := syncFolder(k.dir); err != nil {
		return nil, err
	}
	// What was taken off the registry is not to linger in the former state.
	if err := t.prune(); err != nil {
		return nil, err
	}
	if g.newsPath, err = k.writeNews(g.news); err != nil {
		return nil, err
	}
	if g.newsPath != "" { // which is an input of the next publication; this one stands
		if inputs, err = k.inputs(context.WithoutCancel(ctx), at); err != nil {
			return nil, err
		}
	}
	g.now.Inputs = inputs
	return g.publication, k.remember(&g.now)
}

// gathering reads all that a publication is made from.
type gathering struct {
	*keyring
	*publication
	last    *remembered // whose pages may be taken; nil to make them
	now     remembered
	files   map[string][]byte // below public/, but for the registry and the badges
	entries registry
	badges  []string // below issued/ and public/
}

func (g *gathering) gather(ctx context.Context) error {
	var err error
	if g.closed, err = g.keyring.closed(); err != nil {
		return err
	}
	var statusKey *signing.PrivateKey
	if !g.closed { // final lists need no key and outlive the manifest
		if err := g.current(g.at); err != nil {
			return err
		}
		if statusKey, err = g.signer(signing.RoleStatus, g.at); err != nil {
			return err
		}
	}
	if g.open, err = g.plan(); err != nil {
		return err
	}
	lives, err := g.lives()
	if err != nil {
		return err
	}
	shards, err := g.rollShards()
	if err != nil {
		return err
	}
	g.files, err = g.sitePages(site.Config{
		Address: g.config.Address, Issuer: g.config.Issuer, Specimen: g.config.Specimen,
		Roots: g.roots.Roots, LeastSequence: g.manifest.Sequence,
	}, g.last, &g.now)
	if err != nil {
		return err
	}
	g.pages = len(g.files)
	g.files["keys.json"] = g.signed
	if g.files["roots.json"], err = encode(rootsFile{LeastSequence: g.manifest.Sequence, Roots: g.roots.Roots}); err != nil {
		return err
	}
	if shards != nil {
		for i, shard := range shards {
			g.files[fmt.Sprintf("roll/%02x", i)] = shard
		}
	}
	if g.badges, err = g.drawnBadges(); err != nil {
		return err
	}
	known, err := g.published()
	if err != nil {
		return err
	}
	n := newNews(g.at, known)
	l := newLists(g.config.Address, lives, g.at, g.at.Add(listLife))
	for f, err := range g.workspace.attestations() {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = g.add(f, l, n, shards)
		}
		if err != nil {
			return err
		}
	}
	if err := g.unattested(n); err != nil {
		return err
	}
	var signed map[string][]byte
	if g.closed {
		signed, err = g.finalLists()
	} else {
		signed, err = l.sign(g.keyring, statusKey)
	}
	if err != nil {
		return err
	}
	if !g.closed {
		g.statuses = l.statuses
	}
	g.publication.lists = len(signed)
	maps.Copy(g.files, signed)
	n.statuses(l.statuses)
	g.news = n.done()
	return nil
}

// add takes one attestation into the publication.
func (g *gathering) add(f *issuedFile, l *lists, n *newsMaker, shards *[256][]byte) error {
	if err := g.onRoll(shards, f); err != nil {
		return err
	}
	n.attested(f.Session)
	if g.open.holds(f.Number) {
		// A batch becomes visible as a whole, or not yet.
		l.meet(f)
		g.held++
		return nil
	}
	if err := l.add(f); err != nil {
		return err
	}
	if f.Erased != nil {
		g.erased++
		return nil
	}
	if past := l.lives[f.Number]; past != nil && !past.erased.IsZero() {
		return withHint(fmt.Errorf("the erasure of %s was interrupted", f.Number), "finish it with 'generator erase %s -reason TEXT'", f.Number)
	}
	if err := g.entries.add(f); err != nil {
		return err
	}
	g.attestations++
	n.obtained(f)
	return nil
}

// sparePath is where the former public/ stands, to become the next one. It is
// made of links to what stands elsewhere, and can be removed at any time.
func (w *workspace) sparePath() string { return w.path(".public.spare") }

// formerPath is where public/ is for an instant where folders cannot be
// exchanged.
func (w *workspace) formerPath() string { return w.path(".public.old") }

// recover puts public/ back if a run was interrupted between two renames.
func (w *workspace) recover() error {
	if _, err := os.Lstat(w.formerPath()); err != nil {
		return nil
	}
	if _, err := os.Lstat(w.path("public")); err == nil {
		return os.RemoveAll(w.formerPath())
	}
	return os.Rename(w.formerPath(), w.path("public"))
}

// replaceFolder puts stage in the place of dir, and the former dir in that of
// stage, in one step where the system and the file system can.
func replaceFolder(dir, stage string) error {
	if _, err := os.Lstat(dir); errors.Is(err, os.ErrNotExist) {
		return os.Rename(stage, dir)
	}
	if err := exchange(stage, dir); err == nil {
		return nil
	}
	return renameTwice(dir, stage)
}

// renameTwice is replaceFolder where folders cannot be exchanged: for an instant
// dir stands beside, as its name with a dot before and .old after it (see
// formerPath and clearStages).
func renameTwice(dir, stage string) error {
	old := filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+".old")
	if err := os.RemoveAll(old); err != nil {
		return err
	}
	if err := os.Rename(dir, old); err != nil {
		return err
	}
	if err := os.Rename(stage, dir); err != nil {
		return errors.Join(err, os.Rename(old, dir))
	}
	return os.Rename(old, stage)
}
