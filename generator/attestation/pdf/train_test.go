package pdf

import (
	"bytes"
	"compress/zlib"
	"container/heap"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var train = flag.String("train", "", "folder of page descriptions to train codes.txt on")

// TestCodes checks that the codes are complete; with -train DIR it makes them
// anew from the files there.
func TestCodes(t *testing.T) {
	if *train != "" {
		list, err := filepath.Glob(filepath.Join(*train, "*"))
		if err != nil || len(list) == 0 {
			t.Fatal("nothing to train on", err)
		}
		lit, dist := make([]int, symbols), make([]int, distances)
		for _, name := range list {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			tally(raw, lit, dist)
		}
		text := letters(huffman(lit)) + "\n" + letters(huffman(dist)) + "\n"
		if err := os.WriteFile("codes.txt", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Skip("codes.txt is made: run again without -train")
	}
	for i, line := range strings.Split(strings.TrimSpace(codeLengths), "\n") {
		if want := []int{symbols, distances}[i]; len(line) != want {
			t.Errorf("line %d has %d codes, not %d", i+1, len(line), want)
		}
		sum := 0
		for _, n := range lengthsOf(line) {
			if n < 1 || n > 15 {
				t.Fatalf("a code of %d bits", n)
			}
			sum += 1 << (15 - n)
		}
		if sum != 1<<15 {
			t.Errorf("line %d is not complete", i+1)
		}
	}
}

func letters(lengths []int) string {
	var b strings.Builder
	for _, n := range lengths {
		b.WriteByte('a' + byte(n-1))
	}
	return b.String()
}

// tally counts the symbols that compress would send for raw.
func tally(raw []byte, lit, dist []int) {
	last := map[string]int{}
	lit[endBlock]++
	for i := 0; i < len(raw); {
		if i+8 <= len(raw) {
			key := string(raw[i : i+4])
			was, ok := last[key]
			last[key] = i
			if ok && i-was <= window {
				k := matchLength(raw, was, i)
				lit[lengthSymbol(k)]++
				s := 0
				for s+1 < distances && distanceBase(s+1) <= i-was-1 {
					s++
				}
				dist[s]++
				i += k
				continue
			}
		}
		lit[raw[i]]++
		i++
	}
}

func lengthSymbol(k int) int {
	if k == longest {
		return 285
	}
	at := 3
	for s := 257; ; s++ {
		if at += 1 << max(0, (s-261)/4); k < at {
			return s
		}
	}
}

func distanceBase(s int) int {
	at := 0
	for k := range s {
		at += 1 << max(0, k/2-1)
	}
	return at
}

type node struct {
	weight, id  int
	left, right *node
}
type nodes []*node

func (n nodes) Len() int { return len(n) }
func (n nodes) Less(i, j int) bool {
	return n[i].weight < n[j].weight || n[i].weight == n[j].weight && n[i].id < n[j].id
}
func (n nodes) Swap(i, j int) { n[i], n[j] = n[j], n[i] }
func (n *nodes) Push(x any)   { *n = append(*n, x.(*node)) }
func (n *nodes) Pop() any     { old := *n; x := old[len(old)-1]; *n = old[:len(old)-1]; return x }

// huffman gives every symbol a code, the longest of 15 bits.
func huffman(counts []int) []int {
	weights := make([]int, len(counts))
	for i, c := range counts {
		weights[i] = 8*c + 1
	}
	for {
		var h nodes
		for i, w := range weights {
			h = append(h, &node{weight: w, id: i})
		}
		heap.Init(&h)
		for id := len(h); len(h) > 1; id++ {
			a, b := heap.Pop(&h).(*node), heap.Pop(&h).(*node)
			heap.Push(&h, &node{a.weight + b.weight, id, a, b})
		}
		lengths, deepest := make([]int, len(counts)), 0
		var walk func(n *node, depth int)
		walk = func(n *node, depth int) {
			if n.left == nil {
				lengths[n.id], deepest = depth, max(deepest, depth)
				return
			}
			walk(n.left, depth+1)
			walk(n.right, depth+1)
		}
		walk(h[0], 0)
		if deepest <= 15 {
			return lengths
		}
		for i := range weights {
			weights[i] = weights[i]/2 + 1
		}
	}
}

// TestCompress reads back what the encoder makes of texts of all kinds.
func TestCompress(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	check := func(parts ...[]byte) {
		t.Helper()
		var z deflater
		for _, p := range parts {
			z.write(p)
		}
		r, err := zlib.NewReader(bytes.NewReader(z.close()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, bytes.Join(parts, nil)) {
			t.Fatalf("%d parts come back otherwise (%v)", len(parts), err)
		}
	}
	check()
	check([]byte("q Q"))
	check(bytes.Repeat([]byte("0 0 1 1 re\n"), 9000))
	check(bytes.Repeat([]byte{0}, 300), bytes.Repeat([]byte{0}, 257))
	for range 300 {
		var parts [][]byte
		for range 1 + rnd.IntN(4) {
			b := make([]byte, rnd.IntN(1+rnd.IntN(70_000)))
			kinds := 1 + rnd.IntN(256)
			for i := range b {
				if i > 40 && rnd.IntN(30) == 0 {
					copy(b[i:], b[rnd.IntN(i):])
				}
				b[i] = byte(rnd.IntN(kinds))
			}
			for range rnd.IntN(20) {
				if len(b) > 0 {
					at := rnd.IntN(len(b))
					copy(b[at:], b[rnd.IntN(len(b)):])
				}
			}
			parts = append(parts, b)
		}
		check(parts...)
	}
}

func TestRectangles(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	for n := range 200 {
		list := make([][4]uint8, n*n/20)
		want := ""
		for i := range list {
			for k := range list[i] {
				list[i][k] = uint8(rnd.IntN(100))
				want += strconv.Itoa(int(list[i][k])) + " "
			}
			want += "re\n"
		}
		var z deflater
		z.piece(rectangles(list))
		r, err := zlib.NewReader(bytes.NewReader(z.close()))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != want {
			t.Fatalf("%d rectangles come back otherwise (%v)", len(list), err)
		}
	}
}

func TestPieces(t *testing.T) {
	a, b := newPiece([]byte("0 0 1 1 re f\n")), newPiece(bytes.Repeat([]byte("q Q\n"), 50_000))
	c := newText([]byte(strings.Repeat("BT 12.5 700 Td(words)Tj ET\n", 40)))
	var z deflater
	z.write([]byte("q\n"))
	z.piece(a)
	z.piece(c)
	z.write([]byte("q\n"))
	z.piece(c)
	z.piece(b)
	z.write(bytes.Repeat([]byte("1 w "), 100))
	z.piece(c)
	z.piece(c)
	z.piece(a)
	r, err := zlib.NewReader(bytes.NewReader(z.close()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	text := string(c.raw)
	want := "q\n" + string(a.raw) + text + "q\n" + text + string(b.raw) + strings.Repeat("1 w ", 100) + text + text + string(a.raw)
	if err != nil || string(got) != want || z.size != len(want) {
		t.Errorf("pieces come back otherwise (%v)", err)
	}
}
