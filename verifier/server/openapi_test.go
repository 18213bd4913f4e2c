package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A schema is the part of JSON Schema that openapi.json uses; a keyword
// unknown here is an error, so that none is written in vain.
type schema struct {
	all map[string]any // the whole description
}

func openAPI(t *testing.T) schema {
	t.Helper()
	var s schema
	if err := json.Unmarshal(description, &s.all); err != nil {
		t.Fatal(err)
	}
	return s
}

// at follows a path of member names.
func (s schema) at(path ...string) (any, bool) {
	var v any = s.all
	for _, name := range path {
		m, ok := v.(map[string]any)
		if !ok || m[name] == nil {
			return nil, false
		}
		if v = m[name]; v != nil {
			if m, ok := v.(map[string]any); ok {
				if ref, ok := m["$ref"].(string); ok && m["type"] == nil {
					v, _ = s.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
				}
			}
		}
	}
	return v, true
}

// answer checks an answer of the server against the description.
func (s schema) answer(method, path string, status int, kind string, body []byte) error {
	operation, ok := s.at("paths", path, strings.ToLower(method))
	if !ok {
		return nil
	}
	of := schema{operation.(map[string]any)}
	found, ok := of.all["responses"].(map[string]any)[strconv.Itoa(status)]
	if !ok {
		return fmt.Errorf("status %d is not described", status)
	}
	if ref, ok := found.(map[string]any)["$ref"].(string); ok {
		found, _ = s.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	described, ok := found.(map[string]any)["content"].(map[string]any)[kind]
	if !ok {
		return fmt.Errorf("content type %q is not described for status %d", kind, status)
	}
	if kind == "application/x-ndjson" {
		for i, line := range strings.FieldsFunc(string(body), func(r rune) bool { return r == '\n' }) {
			name := "Answer"
			if strings.HasPrefix(line, `{"error"`) {
				name = "Refusal"
			}
			if err := s.text([]byte(line), map[string]any{"$ref": "#/components/schemas/" + name}); err != nil {
				return fmt.Errorf("line %d: %w", i+1, err)
			}
		}
		return nil
	}
	return s.text(body, described.(map[string]any)["schema"].(map[string]any))
}

func (s schema) text(body []byte, is map[string]any) error {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return err
	}
	return s.value("answer", v, is)
}

func (s schema) value(at string, v any, is map[string]any) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%s: "+format, append([]any{at}, args...)...)
	}
	for _, keyword := range slices.Sorted(maps.Keys(is)) {
		want := is[keyword]
		object, _ := v.(map[string]any)
		n, isNumber := v.(float64)
		switch keyword {
		case "$ref":
			target, ok := s.at(strings.Split(strings.TrimPrefix(want.(string), "#/"), "/")...)
			if !ok {
				return fail("%s leads nowhere", want)
			}
			if err := s.value(at, v, target.(map[string]any)); err != nil {
				return err
			}
		case "type":
			ok := false
			switch want {
			case "object":
				ok = object != nil
			case "array":
				_, ok = v.([]any)
			case "string":
				_, ok = v.(string)
			case "boolean":
				_, ok = v.(bool)
			case "integer":
				ok = isNumber && n == math.Trunc(n)
			}
			if !ok {
				return fail("%v is not of type %s", v, want)
			}
		case "required":
			for _, name := range want.([]any) {
				if _, ok := object[name.(string)]; !ok {
					return fail("no member %s", name)
				}
			}
		case "properties", "additionalProperties", "minProperties", "maxProperties":
			if err := s.members(at, object, is, keyword); err != nil {
				return err
			}
		case "items":
			items, _ := v.([]any)
			for i, item := range items {
				if err := s.value(fmt.Sprintf("%s[%d]", at, i), item, want.(map[string]any)); err != nil {
					return err
				}
			}
		case "enum":
			if !slices.Contains(want.([]any), v) {
				return fail("%v is not one of %v", v, want)
			}
		case "pattern":
			if text, _ := v.(string); !regexp.MustCompile(want.(string)).MatchString(text) {
				return fail("%v does not match %s", v, want)
			}
		case "minimum":
			if n < want.(float64) {
				return fail("%v is below %v", n, want)
			}
		case "maximum":
			if n > want.(float64) {
				return fail("%v is above %v", n, want)
			}
		case "description", "format":
		default:
			return fail("keyword %s is unknown here", keyword)
		}
	}
	return nil
}

func (s schema) members(at string, object map[string]any, is map[string]any, keyword string) error {
	known, _ := is["properties"].(map[string]any)
	switch want := is[keyword].(type) {
	case float64:
		if n := float64(len(object)); keyword == "minProperties" && n < want || keyword == "maxProperties" && n > want {
			return fmt.Errorf("%s: %v members", at, n)
		}
	case bool:
		for name := range object {
			if _, ok := known[name]; !ok && !want {
				return fmt.Errorf("%s: member %s is not described", at, name)
			}
		}
	case map[string]any:
		for name, v := range object {
			of, ok := want, true
			if keyword == "properties" {
				of, ok = want[name].(map[string]any)
			}
			if !ok {
				continue
			}
			if err := s.value(at+"."+name, v, of); err != nil {
				return err
			}
		}
	}
	return nil
}

// TestOpenAPI: what the description says of requests and of the codes of
// refusals is what the server does; bench.exchange holds each answer to it.
func TestOpenAPI(t *testing.T) {
	s := openAPI(t)
	for _, bad := range []string{
		`{"verdict":"fine","checkedAt":"2026-06-15T12:00:00Z","trust":"pinned","input":"qr"}`,
		`{"verdict":"valid","checkedAt":"2026-06-15","trust":"pinned","input":"qr"}`,
		`{"verdict":"valid","trust":"pinned","input":"qr"}`,
		`{"verdict":"valid","checkedAt":"2026-06-15T12:00:00Z","trust":"pinned","input":"qr","more":1}`,
		`{"verdict":"valid","checkedAt":"2026-06-15T12:00:00Z","trust":"pinned","input":"qr","forms":"fr"}`,
	} {
		if s.answer("POST", "/api/v1/verify", 200, "application/json", []byte(bad)) == nil {
			t.Errorf("not refused: %s", bad)
		}
	}
	b := newBench(t, nil)
	kinds, _ := s.at("paths", "/api/v1/verify", "post", "requestBody", "content")
	for kind := range kinds.(map[string]any) {
		b.exchange(t, kind, "POST /api/v1/verify\nsend Content-Type: "+kind+"\ndata {\"qr\":\"$QR\"}\nstatus 200")
	}
	b.exchange(t, "itself", "GET /api/v1/openapi.json\nstatus 200\nheader Access-Control-Allow-Origin is *\nbody has \"openapi\": \"3.1.0\"")
}
