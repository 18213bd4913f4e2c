package engine

import (
	"bytes"
	"fmt"
)

// References reads from the start event of a log which bank and which
// framework it takes to replay it. Nothing else of the log is checked.
func References(name string, log []byte) (bank, framework Ref, err error) {
	for n := 1; n <= 2; n++ {
		line, rest, whole := bytes.Cut(log, []byte{'\n'})
		if !whole {
			return Ref{}, Ref{}, eventError(name, n, "", "is missing or cut; restore the log from its copy")
		}
		e, err := decodeEvent(name, n, line)
		if err != nil {
			return Ref{}, Ref{}, err
		}
		if *e.Type == evStart {
			return *e.Bank, *e.Framework, nil
		}
		log = rest
	}
	return Ref{}, Ref{}, fmt.Errorf("%s: neither of the first two events is a start; restore the log from its copy", name)
}
