package engine

import (
	"bytes"
	"testing"

	"etalon/testdata"
)

// seeds adds every file of a folder of the specimen data to a fuzz corpus.
func seeds(f *testing.F, dir string) {
	f.Helper()
	entries, err := testdata.FS.ReadDir("specimen/" + dir)
	if err != nil || len(entries) == 0 {
		f.Fatalf("no seeds in %s: %v", dir, err)
	}
	for _, e := range entries {
		f.Add(specimenFile(f, dir+"/"+e.Name()))
	}
}

func FuzzDecodeBank(f *testing.F) {
	f.Add([]byte(smallBank))
	f.Add([]byte(smallSkills))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := DecodeBank("bank.json", data)
		if in := InspectBank("bank.json", data); (err == nil) != (len(in.Mistakes) == 0) {
			t.Errorf("decoding: %v; inspecting: %v", err, in.Mistakes)
		}
		if err != nil {
			return
		}
		for i := range b.Items {
			it := itemFile{Item: b.Items[i]}
			if b.Regime != regimeProfile {
				it.A, it.B = &it.Item.A, &it.Item.B
			}
			if faults := it.faults(b.Regime); faults != nil || b.item(it.ID) != &b.Items[i] {
				t.Errorf("item %d is accepted: %v", i, faults)
			}
		}
	})
}

func FuzzDecodeFramework(f *testing.F) {
	f.Add(specimenFile(f, "adaptive-2022.json"))
	f.Add(specimenFile(f, "profile-2021.json"))
	f.Fuzz(func(t *testing.T, data []byte) {
		fw, err := DecodeFramework("fw.json", data)
		if err != nil {
			return
		}
		if fw.Regime == regimeProfile {
			if score, level, _ := fw.Place(0); score != 0 || level != 0 || fw.Bounds("") != nil {
				t.Fatal("a framework of the profile regime has scales")
			}
			return
		}
		last := 0
		for c := int64(-101 * billion); c <= 101*billion; c += billion {
			s := fw.global.score(c, fw.floor)
			if s < last || s > 128*fw.MaxLevel-1 {
				t.Fatalf("capacity %d scores %d after %d", c, s, last)
			}
			last = s
		}
	})
}

func FuzzReplay(f *testing.F) {
	seeds(f, "sessions")
	f.Fuzz(func(t *testing.T, log []byte) {
		b, fw := specimenData()
		s, err := Replay("log.jsonl", log, b, fw)
		if err != nil {
			b, fw = profileData()
			s, err = Replay("log.jsonl", log, b, fw)
		}
		if err != nil {
			return
		}
		if !bytes.Equal(s.Log(), log) {
			t.Error("the log changes when replayed")
		}
		if s.Ended() == "" {
			return
		}
		r, err := Score("log.jsonl", log, b, fw)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeRecord("r.json", r.Encode()); err != nil {
			t.Error(err)
		}
	})
}

func FuzzDecodeEvent(f *testing.F) {
	for line := range bytes.Lines(specimenFile(f, "sessions/"+mangled+".jsonl")) {
		f.Add(bytes.TrimSuffix(line, []byte("\n")))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := decodeEvent("log.jsonl", 1, line)
		if err == nil && !bytes.Equal(canonical(e), line) {
			t.Errorf("%q is accepted and encoded as %q", line, canonical(e))
		}
	})
}

func FuzzDecodeRecord(f *testing.F) {
	entries, err := testdata.FS.ReadDir("specimen/sessions")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()[:len(e.Name())-len(".jsonl")]
		log := specimenFile(f, "sessions/"+e.Name())
		b, fw := specimenFor(f, name, log)
		r, err := Score(name, log, b, fw)
		if err != nil {
			f.Fatal(err)
		}
		d, err := DecodeDecision(name, specimenFile(f, "decisions/"+name+".json"))
		if err != nil {
			f.Fatal(err)
		}
		final, err := r.Finalise(d, name, log, b, fw)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(r.Encode())
		f.Add(final.Encode())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := DecodeRecord("r.json", data)
		if err == nil && !bytes.Equal(r.Encode(), bytes.TrimSuffix(data, []byte("\n"))) {
			t.Errorf("%q is accepted and encoded as %q", data, r.Encode())
		}
	})
}

func FuzzDecodeProfile(f *testing.F) {
	seeds(f, "profiles")
	f.Fuzz(func(t *testing.T, data []byte) {
		b, fw := profileData()
		p, err := DecodeProfile("p.json", data, b, fw)
		if err == nil && !bytes.Equal(p.Encode(), bytes.TrimSuffix(data, []byte("\n"))) {
			t.Errorf("%q is accepted and encoded as %q", data, p.Encode())
		}
	})
}

func FuzzDecodeDecision(f *testing.F) {
	seeds(f, "decisions")
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := DecodeDecision("d.json", data)
		if err != nil {
			return
		}
		if _, err := DecodeDecision("d.json", d.Encode()); err != nil {
			t.Error(err)
		}
	})
}
