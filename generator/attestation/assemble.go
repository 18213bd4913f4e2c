package attestation

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// about is the metadata of the file.
type about struct {
	title, author, subject, lang string
	issued                       time.Time
}

// attachmentName is the embedded file that holds the signed text.
const attachmentName = "etalon-attestation.txt"

var (
	startXref = regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n?$`)
	rootEntry = regexp.MustCompile(`/Root (\d+) 0 R`)
	infoEntry = regexp.MustCompile(`/Info (\d+) 0 R`)
)

// assemble gives the file fpdf wrote what fpdf does not write: the attachment,
// uncompressed, with its relationship; the metadata stream; language; file
// identifier. fpdf numbers objects from 1 without holes and writes the catalog
// last, so the file is kept up to the catalog, and the new objects, a new
// catalog, one cross-reference table and a trailer follow (ISO 32000-1, 7.5;
// AFRelationship: ISO 32000-2, 14.13).
func assemble(pdf []byte, a about, attachment []byte) ([]byte, error) {
	offsets, info, err := readXref(pdf)
	if err != nil {
		return nil, fmt.Errorf("attestation: reading the pages back: %w", err)
	}
	catalog := len(offsets) - 1
	out := bytes.NewBuffer(make([]byte, 0, len(pdf)+len(attachment)+8192))
	out.Write(pdf[:offsets[catalog]])
	// The parts used since PDF 1.4 and 1.7; the header's length is unchanged.
	copy(out.Bytes(), "%PDF-1.7\n")
	begin := func(n int) {
		for len(offsets) <= n {
			offsets = append(offsets, 0)
		}
		offsets[n] = out.Len()
		fmt.Fprintf(out, "%d 0 obj\n", n)
	}
	stream := func(n int, dict string, data []byte) {
		begin(n)
		fmt.Fprintf(out, "<< %s /Length %d >>\nstream\n", dict, len(data))
		out.Write(data)
		out.WriteString("\nendstream\nendobj\n")
	}
	file, spec, meta := catalog+1, catalog+2, catalog+3
	date := a.issued.Format("20060102150405") + "Z"
	begin(catalog)
	fmt.Fprintf(out, "<< /Type /Catalog /Pages 1 0 R /Lang (%s) /ViewerPreferences << /DisplayDocTitle true >>"+
		" /PageLayout /SinglePage /Metadata %d 0 R /AF [%d 0 R] /Names << /EmbeddedFiles << /Names [(%s) %d 0 R] >> >> >>\nendobj\n",
		a.lang, meta, spec, attachmentName, spec)
	stream(file, fmt.Sprintf("/Type /EmbeddedFile /Subtype /text#2Fplain /Params << /Size %d /ModDate (D:%s) >>", len(attachment), date), attachment)
	begin(spec)
	fmt.Fprintf(out, "<< /Type /Filespec /F (%s) /UF (%s) /Desc (Signed credential and access code) /AFRelationship /Data /EF << /F %d 0 R /UF %d 0 R >> >>\nendobj\n",
		attachmentName, attachmentName, file, file)
	stream(meta, "/Type /Metadata /Subtype /XML", a.xmp())

	id := sha256.Sum256(out.Bytes())
	at := out.Len()
	fmt.Fprintf(out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets))
	for _, off := range offsets[1:] {
		fmt.Fprintf(out, "%010d 00000 n \n", off)
	}
	fmt.Fprintf(out, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%X> <%X>] >>\nstartxref\n%d\n%%%%EOF\n",
		len(offsets), catalog, info, id[:16], id[:16], at)
	return out.Bytes(), nil
}

// readXref returns where each object of a file of fpdf's begins (object n at
// n, 0 unused) and the number of its information dictionary.
func readXref(pdf []byte) (offsets []int, info int, err error) {
	m := startXref.FindSubmatch(pdf)
	if m == nil {
		return nil, 0, fmt.Errorf("no startxref at the end")
	}
	at, _ := strconv.Atoi(string(m[1]))
	if at <= 0 || at >= len(pdf) {
		return nil, 0, fmt.Errorf("startxref points outside the file")
	}
	table, trailer, ok := strings.Cut(string(pdf[at:]), "trailer\n")
	if !ok {
		return nil, 0, fmt.Errorf("no trailer")
	}
	lines := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	if len(lines) < 4 || lines[0] != "xref" || lines[1] != "0 "+strconv.Itoa(len(lines)-2) {
		return nil, 0, fmt.Errorf("cross-reference table of another shape")
	}
	for n, line := range lines[2:] {
		off, err := strconv.Atoi(strings.TrimLeft(line[:min(10, len(line))], "0"))
		if n == 0 {
			off, err = 0, nil
		}
		if err != nil || off > len(pdf) || n > 0 && !bytes.HasPrefix(pdf[off:], []byte(strconv.Itoa(n)+" 0 obj")) {
			return nil, 0, fmt.Errorf("object %d is not where the table says", n)
		}
		offsets = append(offsets, off)
	}
	root, inf := rootEntry.FindStringSubmatch(trailer), infoEntry.FindStringSubmatch(trailer)
	if root == nil || inf == nil || root[1] != strconv.Itoa(len(offsets)-1) {
		return nil, 0, fmt.Errorf("the catalog is not the last object")
	}
	info, _ = strconv.Atoi(inf[1])
	return offsets, info, nil
}

// xmp is the metadata stream (ISO 16684-1); it repeats the information
// dictionary.
func (a about) xmp() []byte {
	esc := func(s string) string {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
		return b.String()
	}
	date := a.issued.Format(time.RFC3339)
	return []byte("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n" +
		" <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n" +
		"  <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n" +
		"   <dc:format>application/pdf</dc:format>\n" +
		"   <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">" + esc(a.title) + "</rdf:li></rdf:Alt></dc:title>\n" +
		"   <dc:creator><rdf:Seq><rdf:li>" + esc(a.author) + "</rdf:li></rdf:Seq></dc:creator>\n" +
		"   <dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">" + esc(a.subject) + "</rdf:li></rdf:Alt></dc:description>\n" +
		"   <dc:language><rdf:Bag><rdf:li>" + a.lang + "</rdf:li></rdf:Bag></dc:language>\n" +
		"   <xmp:CreateDate>" + date + "</xmp:CreateDate>\n" +
		"   <xmp:ModifyDate>" + date + "</xmp:ModifyDate>\n" +
		"   <pdf:Producer>Etalon</pdf:Producer>\n" +
		"  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>")
}
