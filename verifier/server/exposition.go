package server

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// The Prometheus text format needs a hundred lines; the official client brings
// fifteen modules and a sixth of the binary for them.

// counters are the counts of one metric, by the values of its labels.
type counters struct {
	name, help string
	labels     []string

	by sync.Map // [3]string → *atomic.Uint64
}

func (c *counters) add(values ...string) {
	var key [3]string
	copy(key[:], values)
	n, ok := c.by.Load(key)
	if !ok {
		n, _ = c.by.LoadOrStore(key, new(atomic.Uint64))
	}
	n.(*atomic.Uint64).Add(1)
}

func (c *counters) write(b *bytes.Buffer) {
	header(b, c.name, c.help, "counter")
	if len(c.labels) == 0 {
		c.by.LoadOrStore([3]string{}, new(atomic.Uint64)) // none counted is a count
	}
	var lines []string
	for key, n := range c.by.Range {
		values := key.([3]string)
		lines = append(lines, sample(c.name, c.labels, values[:], float64(n.(*atomic.Uint64).Load())))
	}
	slices.Sort(lines)
	b.WriteString(strings.Join(lines, ""))
}

// histograms are the distributions of one metric, by the value of its label.
type histograms struct {
	name, help, label string
	bounds            []float64

	by sync.Map // string → *histogram
}

type histogram struct {
	mu     sync.Mutex
	counts []uint64 // by bound, not cumulated; the last beyond all bounds
	sum    float64
}

func (h *histograms) observe(label string, v float64) {
	found, ok := h.by.Load(label)
	if !ok {
		found, _ = h.by.LoadOrStore(label, &histogram{counts: make([]uint64, len(h.bounds)+1)})
	}
	at, _ := slices.BinarySearch(h.bounds, v)
	one := found.(*histogram)
	one.mu.Lock()
	one.counts[at]++
	one.sum += v
	one.mu.Unlock()
}

func (h *histograms) write(b *bytes.Buffer) {
	header(b, h.name, h.help, "histogram")
	var all []string
	for key, found := range h.by.Range {
		one, label := found.(*histogram), key.(string)
		one.mu.Lock()
		counts, sum := slices.Clone(one.counts), one.sum
		one.mu.Unlock()
		var lines strings.Builder
		total := uint64(0)
		for i, n := range counts {
			total += n
			bound := "+Inf"
			if i < len(h.bounds) {
				bound = number(h.bounds[i])
			}
			lines.WriteString(sample(h.name+"_bucket", []string{h.label, "le"}, []string{label, bound}, float64(total)))
		}
		lines.WriteString(sample(h.name+"_sum", []string{h.label}, []string{label}, sum))
		lines.WriteString(sample(h.name+"_count", []string{h.label}, []string{label}, float64(total)))
		all = append(all, lines.String())
	}
	slices.Sort(all)
	b.WriteString(strings.Join(all, ""))
}

func gauge(b *bytes.Buffer, name, help string, v float64) {
	header(b, name, help, "gauge")
	b.WriteString(sample(name, nil, nil, v))
}

func counterLine(b *bytes.Buffer, name, help string, v float64) {
	header(b, name, help, "counter")
	b.WriteString(sample(name, nil, nil, v))
}

func header(b *bytes.Buffer, name, help, kind string) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

var escapeLabel = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func sample(name string, labels, values []string, v float64) string {
	var pairs []string
	for i, l := range labels {
		pairs = append(pairs, l+`="`+escapeLabel.Replace(values[i])+`"`)
	}
	if pairs != nil {
		name += "{" + strings.Join(pairs, ",") + "}"
	}
	return name + " " + number(v) + "\n"
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

type process struct{ resident, cpu, open float64 }

// readProcess asks Linux; elsewhere these metrics are absent.
func readProcess() (p process, ok bool) {
	memory, err := os.ReadFile("/proc/self/statm") // in pages, the second field resident
	if err != nil {
		return p, false
	}
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return p, false
	}
	// The program's name, in parentheses, may hold spaces: fields count after
	// it. 12th and 13th are user and system time, in hundredths of a second.
	_, after, _ := strings.Cut(string(stat), ") ")
	times, pages := strings.Fields(after), strings.Fields(string(memory))
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil || len(times) < 13 || len(pages) < 2 {
		return p, false
	}
	resident, _ := strconv.ParseFloat(pages[1], 64)
	user, _ := strconv.ParseFloat(times[11], 64)
	system, _ := strconv.ParseFloat(times[12], 64)
	return process{resident * float64(os.Getpagesize()), (user + system) / 100, float64(len(files))}, true
}
