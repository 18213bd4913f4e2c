// Package picture draws small flat pictures, filled outlines and thin lines, and
// writes them as SVG and as PNG from one geometry.
//
// Every coordinate is a whole number of tenths of a unit, rounded once when
// it enters: from there on all is integer arithmetic, so that equal pictures
// have equal bytes on any machine. A picture is a square of Side units, x to the
// right, y down. Text comes in as outlines: no viewer needs its font.
package picture

import "math"

// Side is the side of a picture, in units.
const Side = 400

// grain is how many steps a unit has.
const grain = 10

// point is a place in tenths of a unit.
type point struct{ x, y int }

func at(x, y float64) point {
	return point{int(math.Round(x * grain)), int(math.Round(y * grain))}
}

// op is a piece of a path: 'M' to p[0], 'L' to p[0], 'Q' by p[0] to p[1], 'C'
// by p[0] and p[1] to p[2], 'Z' back to the start.
type op struct {
	kind byte
	p    [3]point
}

// Path is a sequence of outlines or lines.
type Path struct{ ops []op }

// Move begins an outline.
func (p *Path) Move(x, y float64) { p.ops = append(p.ops, op{'M', [3]point{at(x, y)}}) }

// Line draws a straight line.
func (p *Path) Line(x, y float64) { p.ops = append(p.ops, op{'L', [3]point{at(x, y)}}) }

// Quad draws a quadratic curve by (cx, cy).
func (p *Path) Quad(cx, cy, x, y float64) {
	p.ops = append(p.ops, op{'Q', [3]point{at(cx, cy), at(x, y)}})
}

// Cubic draws a cubic curve.
func (p *Path) Cubic(ax, ay, bx, by, x, y float64) {
	p.ops = append(p.ops, op{'C', [3]point{at(ax, ay), at(bx, by), at(x, y)}})
}

// Close ends an outline where it began.
func (p *Path) Close() { p.ops = append(p.ops, op{kind: 'Z'}) }

// Pen is what a curve is drawn with.
type Pen interface {
	Move(x, y float64)
	Cubic(ax, ay, bx, by, x, y float64)
}

// Curve draws f over t in [from, to] as n cubic pieces whose ends have the
// curve's own tangents.
func Curve(pen Pen, n int, from, to float64, f func(t float64) (x, y float64)) {
	const h = 1e-4
	dt := (to - from) / float64(n)
	slope := func(t float64) (float64, float64) {
		x0, y0 := f(t - h)
		x1, y1 := f(t + h)
		return (x1 - x0) / (2 * h) * dt / 3, (y1 - y0) / (2 * h) * dt / 3
	}
	pen.Move(f(from))
	for i := range n {
		t0, t1 := from+float64(i)*dt, from+float64(i+1)*dt
		x0, y0 := f(t0)
		x1, y1 := f(t1)
		dx0, dy0 := slope(t0)
		dx1, dy1 := slope(t1)
		pen.Cubic(x0+dx0, y0+dy0, x1-dx1, y1-dy1, x1, y1)
	}
}

// Curve draws f over t in [from, to] as n cubic pieces.
func (p *Path) Curve(n int, from, to float64, f func(t float64) (x, y float64)) {
	Curve(p, n, from, to, f)
}

// Circle draws a circle, clockwise, or the other way to cut a hole.
func (p *Path) Circle(x, y, r float64, hole bool) {
	turn := 2 * math.Pi
	if hole {
		turn = -turn
	}
	p.Curve(8, 0, 1, func(t float64) (float64, float64) {
		return x + r*math.Cos(t*turn), y + r*math.Sin(t*turn)
	})
	p.Close()
}

// turned is the path turned about the middle of the picture.
func (p *Path) turned(angle float64) *Path {
	sin, cos := math.Sincos(angle)
	out := &Path{ops: make([]op, len(p.ops))}
	const middle = Side * grain / 2
	for i, o := range p.ops {
		for k, q := range o.p {
			x, y := float64(q.x-middle), float64(q.y-middle)
			o.p[k] = point{middle + int(math.Round(float64(x*cos)-float64(y*sin))), middle + int(math.Round(float64(x*sin)+float64(y*cos)))}
		}
		out.ops[i] = o
	}
	return out
}

// Color is red, green, blue.
type Color [3]uint8

// Layer is a path in one colour: filled, or drawn with a line of a width.
type Layer struct {
	Path  *Path
	Color Color
	Width float64 // of the line, in units; 0 to fill
	Turns int     // how often it is there, turned about the middle in equal steps; 0 for once
}

// Picture is what it is made of, from the bottom up.
type Picture []Layer
