package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"etalon/engine"
)

// A score index, DIR/.scored, spares 'score' the sessions in which nothing has
// changed, as git's index spares it unchanged files. It is a cache: it can be
// thrown away at any time, and one that is damaged, or another program's, costs
// time and nothing else. It says what score saw, and proves nothing: 'audit'
// recomputes every record, whatever stands here.
//
// The file is scoredForm, then blocks, each of a length, a CRC-32C (4 bytes,
// big-endian, both) and as many bytes. The first block holds texts, each after
// its length as a varint: the program, then the SHA-256 of every bank and
// framework that was there. The others hold entries in the order of the names
// of the logs, some 25 bytes each; a block begins afresh:
//
//	1  bytes that the name shares with that of the entry before
//	1  bytes of the rest of the name
//	…  the rest
//	8  stamp of the log, as score read it
//	8  stamp of the record, as score left it
//	1  what came of it (resultCode)
//
// A log that was written less than settled ago has no entry: it could change
// once more without a change of its time.
const (
	scoredForm = "etalon-scored/1\n"
	maxBlock   = 1 << 16 // bytes
)

// entry is what the index holds of a session.
type entry struct {
	name        string
	log, record uint64 // stamps
	code        resultCode
}

// stamp tells a file from one that was changed since: it is a digest of size,
// time, and where the system has them, number of the file and time of its last
// change of any kind, which no program can set.
func stamp(info fs.FileInfo) uint64 {
	h := fnv.New64a()
	var b [32]byte
	change, number := changeOf(info)
	binary.BigEndian.PutUint64(b[0:], uint64(info.Size()))
	binary.BigEndian.PutUint64(b[8:], uint64(info.ModTime().UnixNano()))
	binary.BigEndian.PutUint64(b[16:], uint64(change))
	binary.BigEndian.PutUint64(b[24:], number)
	h.Write(b[:])
	return h.Sum64()
}

// resultCode is what came of a session in one byte: rule (4 bits), outcome (2),
// whether it is final, whether a suspicion of fraud was noted.
type resultCode uint8

var (
	codedRules = []string{
		engine.RuleFraud, engine.RuleCancelled, engine.RuleTooFewTechnical, engine.RuleTooFew, engine.RuleScoreZero,
		engine.RuleStopped, engine.RuleDegraded, engine.RuleAllTreated, engine.RuleNeutralised, engine.RuleLowRate, engine.RuleByCompetence,
	}
	codedOutcomes = []string{engine.Validated, engine.Rejected, engine.Cancelled}
)

func codeOf(r *engine.Record) resultCode {
	c := slices.Index(codedRules, r.Rule)<<4 | slices.Index(codedOutcomes, r.Outcome)<<2
	if r.State == engine.Final {
		c |= 2
	}
	if r.Suspicion {
		c |= 1
	}
	return resultCode(c)
}

func (c resultCode) valid() bool {
	return int(c>>4) < len(codedRules) && int(c>>2&3) < len(codedOutcomes)
}
func (c resultCode) rule() string    { return codedRules[c>>4] }
func (c resultCode) outcome() string { return codedOutcomes[c>>2&3] }
func (c resultCode) final() bool     { return c&2 != 0 }
func (c resultCode) suspicion() bool { return c&1 != 0 }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// indexReader reads an index along with the sorted names of logs.
type indexReader struct {
	file  *os.File
	r     *bufio.Reader
	block []byte // the rest of it
	entry entry  // the first one not passed yet
	more  bool
}

// openIndex opens the index of the same program, in which no bank and no
// framework stands that is gone. Otherwise it gives one without entries.
func openIndex(path, program string, inputs []string) *indexReader {
	x := new(indexReader)
	f, err := os.Open(path)
	if err != nil {
		return x
	}
	x.file, x.r = f, bufio.NewReaderSize(f, 1<<16)
	form := make([]byte, len(scoredForm))
	if _, err := io.ReadFull(x.r, form); err != nil || string(form) != scoredForm || !x.next() {
		return x
	}
	texts := x.texts()
	if len(texts) == 0 || texts[0] != program || program == "" {
		return x
	}
	for _, input := range texts[1:] {
		if !slices.Contains(inputs, input) {
			return x
		}
	}
	x.more = true
	x.step()
	return x
}

func (x *indexReader) close() {
	if x.file != nil {
		x.file.Close()
	}
}

// next reads a block.
func (x *indexReader) next() bool {
	var head [8]byte
	if _, err := io.ReadFull(x.r, head[:]); err != nil {
		return false
	}
	n := binary.BigEndian.Uint32(head[:4])
	if n > maxBlock {
		return false
	}
	block := make([]byte, n)
	if _, err := io.ReadFull(x.r, block); err != nil || crc32.Checksum(block, castagnoli) != binary.BigEndian.Uint32(head[4:]) {
		return false
	}
	x.block = block
	return true
}

func (x *indexReader) texts() (texts []string) {
	for len(x.block) > 0 {
		n, size := binary.Uvarint(x.block)
		if size <= 0 || n > uint64(len(x.block)-size) {
			return nil
		}
		texts = append(texts, string(x.block[size:size+int(n)]))
		x.block = x.block[size+int(n):]
	}
	return texts
}

// step goes to the next entry. What cannot be one ends the index.
func (x *indexReader) step() {
	before := x.entry.name
	x.entry = entry{}
	if len(x.block) == 0 {
		if before = ""; !x.next() {
			x.more = false
			return
		}
	}
	b := x.block
	if len(b) < 2 || int(b[0]) > len(before) || len(b) < 2+int(b[1])+17 {
		x.more = false
		return
	}
	shared, rest := int(b[0]), int(b[1])
	name, b := before[:shared]+string(b[2:2+rest]), b[2+rest:]
	x.entry = entry{name, binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:]), resultCode(b[16])}
	x.block = b[17:]
	x.more = x.entry.code.valid()
}

// find returns the entry of a name, if there is one. Names come in the order
// of the files, suffix included.
func (x *indexReader) find(name, suffix string) (entry, bool) {
	for x.more {
		switch c := compareFiles(x.entry.name, name, suffix); {
		case c == 0:
			e := x.entry
			x.step()
			return e, true
		case c > 0:
			return entry{}, false
		}
		x.step()
	}
	return entry{}, false
}

// compareFiles compares a+suffix with b+suffix.
func compareFiles(a, b, suffix string) int {
	switch {
	case a == b:
		return 0
	case strings.HasPrefix(a, b):
		return strings.Compare(a[len(b):]+suffix, suffix)
	case strings.HasPrefix(b, a):
		return strings.Compare(suffix, b[len(a):]+suffix)
	}
	return strings.Compare(a, b)
}

// indexWriter writes an index beside the present one, and puts it in its place
// at the end. An error is kept, and no index is left then.
type indexWriter struct {
	path, beside string
	file         *os.File
	w            *bufio.Writer
	block        []byte
	last         string
	err          error
}

func createIndex(path, program string, inputs []string) *indexWriter {
	x := &indexWriter{path: path, beside: path + "-new"}
	if program == "" {
		x.err = errors.New("the program does not know itself")
		return x
	}
	if x.file, x.err = os.OpenFile(x.beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600); x.err != nil {
		return x
	}
	x.w = bufio.NewWriterSize(x.file, 1<<16)
	x.w.WriteString(scoredForm)
	for _, text := range append([]string{program}, inputs...) {
		x.block = append(binary.AppendUvarint(x.block, uint64(len(text))), text...)
	}
	x.flush()
	return x
}

func (x *indexWriter) flush() {
	if x.err != nil {
		return
	}
	var head [8]byte
	binary.BigEndian.PutUint32(head[:4], uint32(len(x.block)))
	binary.BigEndian.PutUint32(head[4:], crc32.Checksum(x.block, castagnoli))
	if len(x.block) > maxBlock {
		x.err = errors.New("more banks and frameworks than an index can name")
		return
	}
	x.w.Write(head[:])
	_, x.err = x.w.Write(x.block)
	x.block, x.last = x.block[:0], ""
}

// add writes an entry; they come in order.
func (x *indexWriter) add(e entry) {
	if x.err != nil || len(e.name) > 255 {
		return
	}
	if len(x.block) > maxBlock-512 {
		x.flush()
	}
	shared := 0
	for shared < min(len(e.name), len(x.last)) && e.name[shared] == x.last[shared] {
		shared++
	}
	x.block = append(x.block, byte(shared), byte(len(e.name)-shared))
	x.block = append(x.block, e.name[shared:]...)
	x.block = binary.BigEndian.AppendUint64(x.block, e.log)
	x.block = binary.BigEndian.AppendUint64(x.block, e.record)
	x.block = append(x.block, byte(e.code))
	x.last = e.name
}

// commit puts the index in its place.
func (x *indexWriter) commit() {
	if len(x.block) > 0 {
		x.flush()
	}
	if x.err == nil {
		x.err = x.w.Flush()
	}
	if x.err == nil {
		x.err = x.file.Close()
	}
	if x.err == nil {
		x.err = os.Rename(x.beside, x.path)
	}
	if x.err != nil {
		x.discard()
	}
}

// discard leaves the present index as it is.
func (x *indexWriter) discard() {
	if x.file != nil {
		x.file.Close()
		os.Remove(x.beside)
	}
}
