package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

// difference is one field of a document that is not what it should be.
type difference struct {
	field      string // as levels.1.3, "" for the document as a whole
	want, have string // as JSON; "nothing" for a field that is not there
}

// String tells the difference, but for what a field about a person holds.
func (d difference) String() string {
	if strings.HasPrefix(d.field, "candidate") {
		return fmt.Sprintf("%s is not what it should be", d.field)
	}
	return fmt.Sprintf("%s is %.120s, where %.120s is due", d.field, d.have, d.want)
}

// differences lists the fields by which a JSON document is not another one, in
// their order.
func differences(want, have []byte) ([]difference, error) {
	a, err := flatten(want)
	if err != nil {
		return nil, err
	}
	b, err := flatten(have)
	if err != nil {
		return nil, err
	}
	var found []difference
	for _, field := range sortedKeys(a) {
		if other, ok := b[field]; !ok {
			found = append(found, difference{field, a[field], "nothing"})
		} else if other != a[field] {
			found = append(found, difference{field, a[field], other})
		}
	}
	for _, field := range sortedKeys(b) {
		if _, ok := a[field]; !ok {
			found = append(found, difference{field, "nothing", b[field]})
		}
	}
	slices.SortStableFunc(found, func(x, y difference) int { return strings.Compare(x.field, y.field) })
	return found, nil
}

// flatten returns the values of a document by the names that lead to them.
func flatten(data []byte) (map[string]string, error) {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	values := make(map[string]string)
	var walk func(at string, v any)
	walk = func(at string, v any) {
		within := func(name string) string { return strings.TrimPrefix(at+"."+name, ".") }
		switch v := v.(type) {
		case map[string]any:
			for name, value := range v {
				walk(within(name), value)
			}
		case []any:
			for i, value := range v {
				walk(within(strconv.Itoa(i)), value)
			}
		case string:
			values[at] = strconv.Quote(v)
		default:
			values[at] = fmt.Sprint(v)
		}
	}
	walk("", v)
	return values, nil
}
