package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/content"
	"etalon/site"
)

// maxSheets bounds a handbook.
const maxSheets = 200_000

// sheetEntry is what the ledger keeps of a sheet, so that one which has not
// changed need not be converted to be linked to.
type sheetEntry struct {
	Path           string
	Sum            string // SHA-256 of the file
	Size           int64
	Modified, Read int64 // nanoseconds
	Title, Summary string
	Outline        content.Outline
}

// leaf is a page of the handbook on its way from file to file.
type leaf struct {
	sheetEntry
	page    site.HandbookPage
	data    []byte
	sheet   *content.Sheet // nil while what the ledger knows is enough
	list    []site.HandbookLink
	file    fileEntry
	made    bool // by no file: the page of a folder
	written bool
	err     error
}

// handbook is the work of building one.
type handbook struct {
	dir, out string
	lang     content.Lang
	layout   *site.Handbook
	leaves   []*leaf
	byPath   map[string]*leaf
	known    map[string]*sheetEntry
	files    map[string]*fileEntry
	strange  []error // files that are no pages
}

// built sums up a build.
type built struct{ pages, written, unchanged, removed int }

// buildHandbook builds the pages of a folder of Markdown. The error joins every
// mistake; pages that have one are looked at again by the next build.
func buildHandbook(ctx context.Context, dir, out, address string, lang content.Lang) (*built, error) {
	h := &handbook{dir: dir, out: out, lang: lang,
		byPath: map[string]*leaf{}, known: map[string]*sheetEntry{}, files: map[string]*fileEntry{}}
	var old *ledger
	var layoutErr error
	var starting sync.WaitGroup
	starting.Go(func() {
		if h.layout, layoutErr = site.NewHandbook(site.Config{Address: address}); layoutErr == nil {
			old = readLedger(out, h.layout.Digest())
		}
	})
	err := h.find()
	starting.Wait()
	if err := errors.Join(layoutErr, err); err != nil {
		return nil, err
	}
	for i := range old.Sheets {
		h.known[old.Sheets[i].Path] = &old.Sheets[i]
	}
	for i := range old.Files {
		h.files[old.Files[i].Path] = &old.Files[i]
	}
	share(len(h.leaves), func(_, i int) { h.read(h.leaves[i]) })
	h.arrange()
	now := &ledger{Program: old.Program, Layout: old.Layout}
	for _, l := range h.leaves {
		now.Files = append(now.Files, fileEntry{Path: l.file.Path})
	}
	if err := errors.Join(makeFolders(out, now.Files), ctx.Err()); err != nil {
		return nil, err
	}
	now.Files = now.Files[:0]
	b := &built{pages: len(h.leaves)}
	if err := h.assets(now, b); err != nil {
		return nil, err
	}
	h.convert(ctx)
	h.links()
	errs := h.strange
	for _, l := range h.leaves {
		if l.err != nil {
			errs = append(errs, l.err)
			// What was there before stays, and is looked at again next time.
			now.Files = append(now.Files, fileEntry{Path: l.file.Path, Size: -1})
			continue
		}
		if l.written {
			b.written++
		} else {
			b.unchanged++
		}
		now.Files = append(now.Files, l.file)
		if !l.made {
			now.Sheets = append(now.Sheets, l.sheetEntry)
		}
	}
	b.removed = now.clear(out, old.Files)
	if b.written > 0 || b.removed > 0 || len(errs) > 0 {
		errs = append(errs, now.write(out))
	}
	return b, errors.Join(append(errs, ctx.Err())...)
}

// find lists the Markdown files of the folder, by path.
func (h *handbook) find() error {
	err := fs.WalkDir(os.DirFS(h.dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.IsDir():
		case path.Ext(name) != ".md" || !d.Type().IsRegular():
			h.strange = append(h.strange, fmt.Errorf("%s:1: not a Markdown file; remove it", name))
		case len(h.leaves) == maxSheets:
			return fmt.Errorf("%s: more than %d pages", h.dir, maxSheets)
		default:
			base := strings.TrimSuffix(name, ".md")
			h.add(&leaf{sheetEntry: sheetEntry{Path: base}})
		}
		return nil
	})
	if err == nil && len(h.leaves) == 0 {
		err = fmt.Errorf("%s holds no Markdown file", h.dir)
	}
	return err
}

func (h *handbook) add(l *leaf) {
	l.page.Path, l.page.Lang = l.Path, h.lang
	switch top, _, _ := strings.Cut(l.Path, "/"); top {
	case string(content.FR), string(content.EN):
		l.page.Lang = content.Lang(top)
	}
	l.file.Path = l.Path + ".html"
	h.leaves = append(h.leaves, l)
	h.byPath[l.Path] = l
}

// read reads a sheet's file, and its front matter, unless it is as known.
func (h *handbook) read(l *leaf) {
	name := filepath.Join(h.dir, filepath.FromSlash(l.Path)+".md")
	k := h.known[l.Path]
	// A date tells nothing of a file that was read within its grain: two
	// seconds on some file systems.
	if k != nil && k.Read-k.Modified > 2e9 {
		info, err := os.Stat(name)
		if err == nil && info.Size() == k.Size && info.ModTime().UnixNano() == k.Modified {
			l.sheetEntry = *k
			return
		}
	}
	if l.err = l.load(name); l.err != nil {
		return
	}
	if k != nil && k.Sum == l.Sum {
		l.Title, l.Summary, l.Outline = k.Title, k.Summary, k.Outline
		return
	}
	h.parse(l)
}

// load reads the file of a sheet and notes when, and its date before that.
func (l *leaf) load(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	l.Size, l.Modified, l.Read = info.Size(), info.ModTime().UnixNano(), time.Now().UnixNano()
	if l.Size > 1<<20 {
		return fmt.Errorf("%s.md:1: more than a megabyte; split the page", l.Path)
	}
	data := make([]byte, l.Size)
	n, err := io.ReadFull(f, data)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	l.data = data[:n]
	l.Sum = sumOf(l.data)
	return nil
}

func (h *handbook) parse(l *leaf) {
	if l.sheet, l.err = content.ReadSheet(l.Path+".md", l.page.Lang, l.data); l.err == nil {
		l.Title, l.Summary = l.sheet.Title, l.sheet.Summary
	}
}

// arrange gives every folder a page and every page its neighbours.
func (h *handbook) arrange() {
	folders := map[string][]*leaf{}      // by path of the folder's page
	for i := 0; i < len(h.leaves); i++ { // folders join as they are found
		l := h.leaves[i]
		if l.Path == "index" {
			continue
		}
		index := path.Join(path.Dir(l.Path), "index")
		if index == l.Path {
			index = path.Join(path.Dir(path.Dir(l.Path)), "index")
		}
		if h.byPath[index] == nil {
			title := strings.ReplaceAll(path.Base(path.Dir(index)), "-", " ")
			if index == "index" {
				title = "Étalon"
			}
			h.add(&leaf{sheetEntry: sheetEntry{Path: index, Title: title}, made: true})
		}
		folders[index] = append(folders[index], l)
	}
	slices.SortFunc(h.leaves, func(a, b *leaf) int { return cmp.Compare(a.Path, b.Path) })
	link := func(l *leaf) *site.HandbookLink {
		return &site.HandbookLink{Path: l.Path, Title: l.Title, Summary: l.Summary}
	}
	for index, below := range folders {
		slices.SortFunc(below, func(a, b *leaf) int { return cmp.Compare(a.Path, b.Path) })
		for i, l := range below {
			h.byPath[index].list = append(h.byPath[index].list, *link(l))
			if i > 0 {
				l.page.Previous = link(below[i-1])
			}
			if i+1 < len(below) {
				l.page.Next = link(below[i+1])
			}
		}
	}
	for _, l := range h.leaves {
		l.page.Title, l.page.Summary = l.Title, l.Summary
		l.page.Contents = l.Outline.Contents
		l.page.Crumbs = h.crumbs(l)
		l.page.Mirror = h.mirror(l)
	}
}

func (h *handbook) crumbs(l *leaf) []site.HandbookLink {
	var out []site.HandbookLink
	at := path.Dir(l.Path)
	if path.Base(l.Path) == "index" {
		at = path.Dir(at)
	}
	for l.Path != "index" {
		if f := h.byPath[path.Join(at, "index")]; f != nil {
			out = append(out, site.HandbookLink{Path: f.Path, Title: f.Title})
		}
		if at == "." {
			break
		}
		at = path.Dir(at)
	}
	slices.Reverse(out)
	return out
}

func (h *handbook) mirror(l *leaf) string {
	top, rest, ok := strings.Cut(l.Path, "/")
	if !ok || top != string(l.page.Lang) {
		return ""
	}
	to := string(content.FR) + "/" + rest
	if l.page.Lang == content.FR {
		to = string(content.EN) + "/" + rest
	}
	if h.byPath[to] == nil {
		return ""
	}
	return to
}

// key is the digest of everything a page is made from but the layout.
func (l *leaf) key(b *bytes.Buffer) string {
	b.Reset()
	b.WriteString(l.Sum)
	text := func(texts ...string) {
		for _, s := range texts {
			b.WriteString(s)
			b.WriteByte(0)
		}
	}
	text(l.Title, l.Summary, l.page.Mirror)
	links := l.page.Crumbs
	for _, to := range []*site.HandbookLink{l.page.Previous, l.page.Next} {
		if to == nil {
			to = &site.HandbookLink{}
		}
		text(to.Path, to.Title)
	}
	for _, to := range links {
		text(to.Path, to.Title)
	}
	text("")
	for _, to := range l.list {
		text(to.Path, to.Title, to.Summary)
	}
	return sumOf(b.Bytes())
}

// convert makes the pages that are not there as they would be made.
func (h *handbook) convert(ctx context.Context) {
	type room struct {
		c         *content.Converter
		key, page bytes.Buffer
	}
	rooms := make([]room, workers())
	share(len(h.leaves), func(w, i int) {
		l, r := h.leaves[i], &rooms[w]
		if l.err != nil || ctx.Err() != nil {
			return
		}
		l.file.Sum = l.key(&r.key)
		if f := h.files[l.file.Path]; f != nil && f.Sum == l.file.Sum && f.stands(h.out) {
			l.file = *f
			return
		}
		if l.sheet == nil && !l.made {
			if l.data == nil {
				l.err = l.load(filepath.Join(h.dir, filepath.FromSlash(l.Path)+".md"))
			}
			if l.err == nil {
				h.parse(l)
			}
			if l.err != nil {
				return
			}
		}
		r.page.Reset()
		l.err = h.layout.Page(&r.page, &l.page, func(b *bytes.Buffer) (err error) {
			if l.sheet != nil {
				if r.c == nil {
					r.c = content.NewConverter()
				}
				var outline *content.Outline
				outline, err = r.c.Convert(b, l.sheet)
				l.Outline = *outline
				l.page.Contents = outline.Contents
			}
			if l.list != nil {
				h.layout.List(b, l.page.Lang, l.Path, l.list)
			}
			return err
		})
		if l.err != nil {
			return
		}
		if l.err = l.file.write(h.out, r.page.Bytes()); l.err == nil {
			l.written = true
		}
		l.data, l.sheet = nil, nil
	})
}

// links checks every link and fragment, those of unchanged pages included:
// what they lead to may have gone.
func (h *handbook) links() {
	fragments := func(path string) ([]string, bool) {
		l := h.byPath[path]
		if l == nil {
			return nil, false
		}
		return l.Outline.Fragments, true
	}
	for _, l := range h.leaves {
		if len(l.Outline.Links) > 0 {
			l.err = errors.Join(l.err, content.CheckLinks(l.Path+".md", l.Outline.Links, fragments))
		}
	}
}

// assets writes the styles and fonts that are not there yet.
func (h *handbook) assets(now *ledger, b *built) error {
	files := h.layout.Assets()
	for _, name := range sortedKeys(files) {
		f := fileEntry{Path: name, Sum: sumOf(files[name])}
		if k := h.files[name]; k != nil && k.Sum == f.Sum && k.stands(h.out) {
			now.Files = append(now.Files, *k)
			continue
		}
		if err := os.MkdirAll(filepath.Join(h.out, "assets"), 0o755); err != nil {
			return err
		}
		if err := f.write(h.out, files[name]); err != nil {
			return err
		}
		b.written++
		now.Files = append(now.Files, f)
	}
	return nil
}
