package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"
)

// decodeStrict decodes one JSON document of the workspace. Unknown and
// duplicate fields, wrong types, trailing data, text that is not NFC and
// control or bidirectional characters are refused with file, line and field.
func decodeStrict(path string, data []byte, v any) error {
	if err := checkText(path, data); err != nil {
		return err
	}
	if err := json.Unmarshal(data, v, json.RejectUnknownMembers(true)); err != nil {
		var semantic *json.SemanticError
		if errors.As(err, &semantic) {
			return located(path, data, semantic.ByteOffset, semantic.JSONPointer, reason(semantic))
		}
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// checkText walks every string of a document, so that no invisible character
// enters by a field that nobody looks at.
func checkText(path string, data []byte) error {
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	for dec.PeekKind() != 0 {
		tok, err := dec.ReadToken()
		if err != nil {
			break
		}
		if tok.Kind() == '"' {
			if why := unclean(tok.String()); why != "" {
				return located(path, data, dec.InputOffset(), dec.StackPointer(), why)
			}
		}
	}
	// The decoder stops at the first fault; reading on makes it say which.
	if _, err := dec.ReadToken(); err != nil {
		var syntactic *jsontext.SyntacticError
		if errors.As(err, &syntactic) {
			return located(path, data, syntactic.ByteOffset, syntactic.JSONPointer, syntactic.Err.Error())
		}
	}
	return nil
}

// unclean says why a text may not enter a document, or nothing.
func unclean(s string) string {
	if !norm.NFC.IsNormalString(s) {
		return "text is not in Unicode normalisation form C"
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return fmt.Sprintf("character %U is not allowed in text", r)
		}
	}
	return ""
}

func reason(err *json.SemanticError) string {
	switch {
	case errors.Is(err, json.ErrUnknownName):
		return "unknown field"
	case err.GoType != nil:
		return fmt.Sprintf("%s where %s is expected", kindName(err.JSONKind), typeName(err.GoType.Kind().String()))
	}
	return err.Error()
}

func kindName(k jsontext.Kind) string {
	switch k {
	case '"':
		return "a text"
	case '0':
		return "a number"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	case '{':
		return "an object"
	case '[':
		return "an array"
	}
	return "a value"
}

func typeName(kind string) string {
	switch {
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"):
		return "a whole number"
	case strings.HasPrefix(kind, "float"):
		return "a number"
	case kind == "string":
		return "a text"
	case kind == "bool":
		return "true or false"
	case kind == "slice", kind == "array":
		return "an array"
	case kind == "map", kind == "struct":
		return "an object"
	}
	return "another value"
}

func located(path string, data []byte, offset int64, field jsontext.Pointer, why string) error {
	offset = min(max(offset, 0), int64(len(data)))
	line := 1 + bytes.Count(data[:offset], []byte("\n"))
	name := strings.ReplaceAll(strings.TrimPrefix(string(field), "/"), "/", ".")
	if name == "" {
		name = "document"
	}
	return withHint(fmt.Errorf("%s:%d: %s: %s", path, line, name, why),
		"correct %s at line %d and run the command again; nothing was written", path, line)
}

// encode returns a document as it stands in the workspace: RFC 8785 bytes and
// a final newline, so that equal documents are equal files.
func encode(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	value := jsontext.Value(raw)
	if err := value.Canonicalize(); err != nil {
		return nil, err
	}
	return append(value, '\n'), nil
}
