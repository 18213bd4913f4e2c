package attestation

import "sync"

// memo remembers what is worked out again and again, up to a number of things:
// past it, it works them out each time. It never changes an answer.
type memo[K comparable, V any] struct {
	mu   sync.RWMutex
	most int
	kept map[K]V
}

func newMemo[K comparable, V any](most int) *memo[K, V] {
	return &memo[K, V]{most: most, kept: map[K]V{}}
}

func (m *memo[K, V]) get(k K, work func() V) V {
	m.mu.RLock()
	v, ok := m.kept[k]
	m.mu.RUnlock()
	if ok {
		return v
	}
	v = work()
	m.mu.Lock()
	if len(m.kept) < m.most {
		m.kept[k] = v
	}
	m.mu.Unlock()
	return v
}

// settings holds the settings of the words of the pages: labels, titles,
// descriptors; nothing of a person's.
var settings = settingMemo{newMemo[settingKey, settingValue](20_000)}

type settingMemo struct {
	*memo[settingKey, settingValue]
}

type settingKey struct {
	style
	text string
	w, h float64
}

type settingValue struct {
	setting
	ok bool
}

func (m settingMemo) fit(t style, text string, w, h float64) (setting, bool) {
	v := m.get(settingKey{t, text, w, h}, func() settingValue {
		out, ok := t.fit(text, w, h)
		return settingValue{out, ok}
	})
	return v.setting, v.ok
}
