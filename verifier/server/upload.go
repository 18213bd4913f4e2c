package server

import (
	"io"
	"net/http"
	"sync"
)

// maxUploads bounds the bytes of uploaded files that are in memory at one
// time, those of clients that send slowly included: a client occupies twice
// what it has sent, and no more.
const maxUploads = 32 << 20

const firstUpload = 4 << 10 // bytes; a buffer begins so and doubles

type uploads struct {
	mu   sync.Mutex
	free int64
}

// An upload is a file being checked; release gives its memory back.
type upload struct {
	data []byte
	held int64
	from *uploads
}

func (u *upload) release() {
	if u.from == nil {
		return
	}
	u.from.take(-u.held)
	*u = upload{}
}

func (u *uploads) take(n int64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if n > u.free {
		return false
	}
	u.free -= n
	return true
}

// read reads a file of at most limit bytes. Its errors are problems; what was
// read until then is released.
func (u *uploads) read(r io.Reader, limit int64) (file upload, err error) {
	file.from = u
	defer func() {
		if err != nil {
			file.release()
		}
	}()
	for {
		if len(file.data) == cap(file.data) {
			size := min(max(firstUpload, 2*int64(cap(file.data))), limit+1)
			if !u.take(size) {
				return file, errBusy
			}
			grown := make([]byte, len(file.data), size)
			copy(grown, file.data)
			u.take(-file.held)
			file.data, file.held = grown, size
		}
		n, err := r.Read(file.data[len(file.data):cap(file.data)])
		file.data = file.data[:len(file.data)+n]
		if int64(len(file.data)) > limit {
			return file, bodyProblem(&http.MaxBytesError{Limit: limit}, limit)
		}
		switch {
		case err == io.EOF:
			return file, nil
		case err != nil:
			return file, bodyProblem(err, limit)
		}
	}
}
