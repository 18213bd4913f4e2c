package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

func sample() *Figure {
	line := [][2]float64{{-2, 0.5}, {0, 0.1}, {2, 0.7}}
	return &Figure{
		Title: "A < B & C", Description: "Made up.", Note: "note <1>",
		Rows: [][]Panel{
			{{Title: "one", Width: 400, Height: 300, X: Axis{"x", -2, 2, nil}, Y: Axis{"y", 0, 1, nil}, Series: []Series{
				{"area", Band, append(line[:len(line):len(line)], [2]float64{2, 0.4}, [2]float64{-2, 0.2})}, {"line", Line, line}, {"dash", Dashed, line},
				{"dots", Dots, line}, {"rings", Rings, line}, {"wanted", Target, line},
			}}, {Title: "two", Width: 300, Height: 300, X: Axis{"x", -3, 3, nil}, Y: Axis{"y", -1, 1, nil}, Series: []Series{{"bars", Bars, line}}}},
			{{Width: 300, Height: 300, X: Axis{"x", -0.5, 1.5, []float64{0, 1}}, Y: Axis{"y", -0.5, 1.5, []float64{0, 1}}, Cells: [][]float64{{0.9, 0.1}, {0, 1}}}},
		},
	}
}

// The image is well-formed, names itself, and every coordinate lies within it.
func TestFigure(t *testing.T) {
	data := sample().SVG()
	if !bytes.Equal(data, sample().SVG()) {
		t.Error("two drawings differ")
	}
	dec := xml.NewDecoder(bytes.NewReader(data))
	elements := map[string]int{}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			elements[e.Name.Local]++
			for _, a := range e.Attr {
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("%s has %s=%q", e.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
	}
	for name, least := range map[string]int{"title": 1, "desc": 1, "path": 20, "circle": 4, "rect": 7, "g": 3} {
		if elements[name] < least {
			t.Errorf("%d elements %s, want %d or more", elements[name], name, least)
		}
	}
	for _, want := range []string{`role="img"`, `aria-labelledby="t d"`, "A &lt; B &amp; C", "note &lt;1&gt;", "prefers-color-scheme:dark", `width="700"`, ">−2<", ">90</text>"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the image lacks %s", want)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, a := range []Axis{{Min: 0, Max: 1}, {Min: -7.3, Max: 6.1}, {Min: 0, Max: 0.013}, {Min: -0.001, Max: 1044}, {Min: 3, Max: 3.5}} {
		ticks := a.ticks(9)
		if len(ticks) < 3 || len(ticks) > 10 {
			t.Errorf("%v to %v: %d ticks, %v", a.Min, a.Max, len(ticks), ticks)
		}
		for _, x := range ticks {
			if x < a.Min-1e-9 || x > a.Max+1e-9*(a.Max-a.Min)+1e-9 || math.IsNaN(x) {
				t.Errorf("%v to %v: a tick at %v", a.Min, a.Max, x)
			}
		}
	}
}
