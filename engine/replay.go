package engine

import (
	"bytes"
	"fmt"
)

// Replay runs a log again with the bank and the framework it was made with,
// choosing every question and computing every capacity anew. It refuses, naming
// the event, the line and the field, a log that a session could not have
// written. The log of a test cut short by a crash is accepted: the session it
// returns can go on, after Resume.
func Replay(name string, log []byte, b *Bank, f *Framework) (*Session, error) {
	if len(log) == 0 {
		return nil, fmt.Errorf("%s: the log is empty; restore it from its copy", name)
	}
	s := newSession(b, f)
	s.log = make([]byte, 0, len(log))
	var reader lineReader
	for len(log) > 0 {
		n := s.events + 1
		if n > maxEvents {
			return nil, eventError(name, n, "", "comes beyond the limit of %d events", maxEvents)
		}
		line, rest, whole := bytes.Cut(log, []byte{'\n'})
		if !whole {
			return nil, eventError(name, n, "", "is cut before the end of its line; remove the incomplete line and resume, or restore the log from its copy")
		}
		e, err := reader.decode(name, n, line)
		if err != nil {
			return nil, err
		}
		if field, err := s.apply(e); err != nil {
			return nil, eventError(name, n, field, "%v", err)
		}
		s.append(line)
		log = rest
	}
	if s.events < len(s.framework.opening()) {
		return nil, eventError(name, s.events, "type", "is the last, and no test was started; restore the log from its copy")
	}
	return s, nil
}

// References reads from the start event of a log which bank and which
// framework it takes to replay it. Nothing else of the log is checked.
func References(name string, log []byte) (bank, framework Ref, err error) {
	var reader lineReader
	for n := 1; n <= 2; n++ {
		line, rest, whole := bytes.Cut(log, []byte{'\n'})
		if !whole {
			return Ref{}, Ref{}, eventError(name, n, "", "is missing or cut; restore the log from its copy")
		}
		e, err := reader.decode(name, n, line)
		if err != nil {
			return Ref{}, Ref{}, err
		}
		if *e.Type == evStart {
			return *e.Bank, *e.Framework, nil
		}
		log = rest
	}
	return Ref{}, Ref{}, eventError(name, 2, "type", "is not start, nor is that of event 1; restore the log from its copy")
}
