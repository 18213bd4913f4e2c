package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"etalon/content"
	"etalon/verifier/check"
	"etalon/verifier/server"
)

// maxLine is the longest line read from standard input, in bytes.
const maxLine = 8 << 10

// runCheck checks each argument and prints the answers in their order.
func runCheck(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("verifier check", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var (
		site     = flags.String("site", "public", "")
		roots    = flags.String("roots", "", "")
		state    = flags.String("state", "", "")
		at       = flags.String("at", "", "")
		lang     = flags.String("lang", systemLanguage(), "")
		asJSON   = flags.Bool("json", false, "")
		manifest = flags.String("manifest", "", "")
		lists    []string
	)
	flags.Func("status", "", func(name string) error {
		lists = append(lists, name)
		return nil
	})
	if err := fromEnvironment(flags); err != nil {
		return err
	}
	rest, err := parseAnywhere(flags, args)
	if err != nil {
		return &usageError{err.Error()}
	}
	if len(rest) == 0 {
		return badUsage("nothing to check: give a PDF, a QR text or a code")
	}
	if *lang != "fr" && *lang != "en" {
		return badUsage("-lang %q: fr or en", *lang)
	}
	now, err := moment(*at)
	if err != nil {
		return err
	}
	subjects, err := subjectsOf(rest, stdin)
	if err != nil {
		return err
	}
	var src check.Source
	var local fs.FS
	switch {
	case *manifest != "":
		src, err = openFiles(*manifest, lists)
	case lists != nil:
		return badUsage("-status goes with -manifest FILE")
	default:
		src, local, err = openSource(*site)
	}
	if err != nil {
		return err
	}
	checker, err := newChecker(src, local, *roots, *state, stderr)
	if err != nil {
		return err
	}
	checker.Now = now
	out := &printer{w: stdout, lang: content.Lang(*lang), many: len(subjects) > 1, colour: colourful(stdout)}
	if !*asJSON {
		if out.pages, err = server.Pages(ctx, checker); err != nil {
			return err
		}
	}
	allValid := true
	for _, s := range subjects {
		result, err := s.check(ctx, checker)
		if err != nil {
			return err
		}
		allValid = allValid && result.Verdict == check.Valid
		if *asJSON {
			err = printJSON(stdout, s, result)
		} else {
			err = out.print(s, result)
		}
		if err != nil {
			return fmt.Errorf("writing the answer: %w", err)
		}
	}
	if len(subjects) > 1 && !*asJSON {
		if err := out.summary(); err != nil {
			return fmt.Errorf("writing the answer: %w", err)
		}
	}
	if !allValid {
		return errNotValid
	}
	return nil
}

// parseAnywhere parses flags that may stand before, among or after the rest;
// what follows "--" is never a flag.
func parseAnywhere(flags *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		left := flags.Args()
		ended := len(left) < len(args) && args[len(args)-len(left)-1] == "--"
		if ended || len(left) == 0 {
			return append(rest, left...), nil
		}
		rest, args = append(rest, left[0]), left[1:]
	}
}

// moment reads -at: a day stands for its noon, UTC.
func moment(at string) (func() time.Time, error) {
	if at == "" {
		return nil, nil
	}
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		if t, err = time.Parse(time.DateOnly, at); err == nil {
			t = t.Add(12 * time.Hour)
		}
	}
	if err != nil {
		return nil, badUsage("-at %q: want a day, 2026-03-31, or a time, 2026-03-31T12:00:00Z", at)
	}
	return func() time.Time { return t }, nil
}

// A subject is one thing to check: a file, or the text of a QR code or a code.
type subject struct {
	file string // name shown; empty for a text
	text string
	data []byte // of a PDF on standard input
}

func (s subject) check(ctx context.Context, c *check.Checker) (*check.Result, error) {
	switch {
	case s.data != nil:
		return c.PDF(ctx, s.data), nil
	case s.file == "":
		return c.Text(ctx, s.text), nil
	}
	f, err := os.Open(s.file)
	if err != nil {
		return nil, hint(err, "name a PDF that can be read")
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, check.MaxPDF+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", s.file, err)
	}
	return c.PDF(ctx, data), nil
}

// subjectsOf tells files, folders and texts apart.
func subjectsOf(args []string, stdin io.Reader) ([]subject, error) {
	var all []subject
	for _, arg := range args {
		if arg == "-" {
			more, err := fromInput(stdin)
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
			continue
		}
		info, err := os.Stat(arg)
		switch {
		case err == nil && info.IsDir():
			more, err := fromFolder(arg)
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		case err == nil:
			all = append(all, subject{file: arg})
		case strings.EqualFold(filepath.Ext(arg), ".pdf"):
			return nil, hint(err, "name a PDF that exists, a folder of them, a QR text or a code")
		default:
			all = append(all, subject{text: arg})
		}
	}
	return all, nil
}

// fromFolder lists the PDFs of a folder and of those below it, sorted.
func fromFolder(dir string) ([]subject, error) {
	var all []subject
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.EqualFold(filepath.Ext(path), ".pdf") {
			all = append(all, subject{file: path})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", dir, err)
	}
	if len(all) == 0 {
		return nil, hint(fmt.Errorf("no PDF in %s", dir), "name the folder that holds the attestations")
	}
	return all, nil
}

// fromInput reads a PDF, or texts, one a line.
func fromInput(stdin io.Reader) ([]subject, error) {
	in := bufio.NewReaderSize(stdin, maxLine)
	if head, _ := in.Peek(5); bytes.Equal(head, []byte("%PDF-")) {
		data, err := io.ReadAll(io.LimitReader(in, check.MaxPDF+1))
		if err != nil {
			return nil, fmt.Errorf("reading standard input: %w", err)
		}
		return []subject{{file: "-", data: data}}, nil
	}
	var all []subject
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		if len(all) == 10_000 {
			return nil, hint(fmt.Errorf("standard input, line %d: more than 10000 texts", n), "check them in several runs")
		}
		if text := strings.TrimSpace(lines.Text()); text != "" {
			all = append(all, subject{text: text})
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading standard input: %w", err)
	}
	if len(all) == 0 {
		return nil, badUsage("standard input holds nothing to check")
	}
	return all, nil
}

// printJSON writes one line; a file's name stands beside its answer.
func printJSON(w io.Writer, s subject, r *check.Result) error {
	data, err := json.Marshal(struct {
		File string `json:"file,omitzero"`
		*check.Result
	}{s.file, r}, json.Deterministic(true))
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// systemLanguage is French where the system speaks it, else English.
func systemLanguage() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "fr") {
				return "fr"
			}
			break
		}
	}
	return "en"
}
