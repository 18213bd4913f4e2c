package pdf

import (
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"math"
	"strings"
	"time"
)

// writeCatalog writes what the file says of itself: catalog, information
// dictionary, metadata, attachment. They stand in the open, so that simple
// readers find language, title and attachment.
func (d *Document) writeCatalog(f *file, n *numbers, id hash.Hash) {
	a := &d.info
	b := []byte("<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/PageLayout/SinglePage/ViewerPreferences<</DisplayDocTitle true>>/Lang")
	b = appendText(b, a.Lang)
	b = appendRef(append(b, "/StructTreeRoot "...), objTree)
	b = appendRef(append(b, "/Metadata "...), objMetadata)
	b = appendRef(append(b, "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)/DestOutputProfile "...), objProfile)
	b = append(b, ">>]"...)
	if len(d.marks) > 0 {
		b = appendRef(append(b, "/PageMode/UseOutlines/Outlines "...), n.outline)
	}
	if t := a.Attachment; t != nil {
		b = append(appendRef(append(b, "/AF["...), objSpec), ']')
		b = appendText(append(b, "/Names<</EmbeddedFiles<</Names["...), t.Name)
		b = append(appendRef(append(b, ' '), objSpec), "]>>>>"...)
	}
	f.add(object{objCatalog, wrap(objCatalog, append(b, ">>"...))})

	date := "(D:" + a.Date.UTC().Format("20060102150405") + "Z)"
	b = appendText([]byte("<</Title"), a.Title)
	b = appendText(append(b, "/Author"...), a.Author)
	b = appendText(append(b, "/Subject"...), a.Subject)
	b = appendText(append(b, "/Producer"...), a.Producer)
	b = append(b, "/CreationDate"+date+"/ModDate"+date+">>"...)
	f.add(object{objInfo, wrap(objInfo, b)})

	xmp := a.xmp()
	f.stream(objMetadata, "/Type/Metadata/Subtype/XML", xmp)
	_, _ = id.Write(xmp)
	if t := a.Attachment; t != nil {
		b = append([]byte("<</Type/Filespec/AFRelationship /Data/F"), appendText(nil, t.Name)...)
		b = appendText(append(b, "/UF"...), t.Name)
		b = appendText(append(b, "/Desc"...), t.Description)
		b = appendRef(append(b, "/EF<</F "...), objFile)
		b = appendRef(append(b, "/UF "...), objFile)
		f.add(object{objSpec, wrap(objSpec, append(b, ">>>>"...))})
		kind := strings.ReplaceAll(t.Type, "/", "#2F")
		f.stream(objFile, fmt.Sprintf("/Type/EmbeddedFile/Subtype/%s/Params<</Size %d/CreationDate%s/ModDate%s>>", kind, len(t.Data), date, date), t.Data)
		_, _ = id.Write(t.Data)
	}
}

// xmp is the metadata stream (ISO 16684-1): it repeats the information
// dictionary and claims PDF/A-3 (level A) and PDF/UA-1. PDF/A asks that a
// schema of which it does not know, like that of PDF/UA, be described.
func (a *Info) xmp() []byte {
	var b strings.Builder
	b.Grow(3 << 10)
	put := func(parts ...string) {
		for _, s := range parts {
			_, _ = io.WriteString(&b, s) // a strings.Builder does not fail
		}
	}
	date := a.Date.UTC().Format(time.RFC3339)
	put("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n",
		"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n",
		"<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"",
		" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\"",
		" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n",
		"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>\n",
		"<dc:format>application/pdf</dc:format>\n",
		"<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">", escape(a.Title), "</rdf:li></rdf:Alt></dc:title>\n",
		"<dc:creator><rdf:Seq><rdf:li>", escape(a.Author), "</rdf:li></rdf:Seq></dc:creator>\n",
		"<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">", escape(a.Subject), "</rdf:li></rdf:Alt></dc:description>\n",
		"<dc:language><rdf:Bag><rdf:li>", a.Lang, "</rdf:li></rdf:Bag></dc:language>\n",
		"<xmp:CreateDate>", date, "</xmp:CreateDate><xmp:ModifyDate>", date, "</xmp:ModifyDate>\n",
		"<pdf:Producer>", escape(a.Producer), "</pdf:Producer>\n",
		"<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">",
		"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>",
		"<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>",
		"<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>",
		"</rdf:li></rdf:Bag></pdfaExtension:schemas>\n",
		"</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
	return []byte(b.String())
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\"", "&quot;", "'", "&#39;").Replace

// sRGB is the colour profile of the output intent: IEC 61966-2-1 as a matrix
// and curve profile of ICC.1:2004-10 (version 4.2), the primaries adapted to
// D50 by Bradford's matrix.
func sRGB() []byte {
	be := binary.BigEndian
	fixed := func(v ...float64) (b []byte) {
		for _, x := range v {
			b = be.AppendUint32(b, uint32(int32(math.Round(x*65536))))
		}
		return b
	}
	element := func(kind string, data []byte) []byte { return append([]byte(kind+"\x00\x00\x00\x00"), data...) }
	text := func(s string) []byte { // multiLocalizedUnicode of one record
		b := be.AppendUint32(nil, 1)
		b = be.AppendUint32(b, 12)
		b = append(b, "enUS"...)
		b = be.AppendUint32(b, uint32(2*len(s)))
		b = be.AppendUint32(b, 28)
		for i := range len(s) {
			b = append(b, 0, s[i])
		}
		return element("mluc", b)
	}
	curve := element("para", append([]byte{0, 3, 0, 0}, fixed(2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)...))
	tags := []struct {
		tag  string
		data []byte
	}{
		{"desc", text("sRGB IEC61966-2.1")},
		{"cprt", text("No copyright, use freely")},
		{"wtpt", element("XYZ ", fixed(0.9642, 1, 0.8249))},
		{"chad", element("sf32", fixed(1.0478112, 0.0228866, -0.0501270, 0.0295424, 0.9904844, -0.0170491, -0.0092345, 0.0150436, 0.7521316))},
		{"rXYZ", element("XYZ ", fixed(0.4360747, 0.2225045, 0.0139322))},
		{"gXYZ", element("XYZ ", fixed(0.3850649, 0.7168786, 0.0971045))},
		{"bXYZ", element("XYZ ", fixed(0.1430804, 0.0606169, 0.7141733))},
		{"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
	}
	b := make([]byte, 128, 1024)
	be.PutUint32(b[8:], 0x04200000)
	copy(b[12:], "mntrRGB XYZ ")
	for i, v := range []uint16{2004, 10, 1, 0, 0, 0} { // date of the specification
		be.PutUint16(b[24+2*i:], v)
	}
	copy(b[36:], "acsp")
	copy(b[68:], fixed(0.9642, 1, 0.8249))
	b = be.AppendUint32(b, uint32(len(tags)))
	at := len(b) + 12*len(tags)
	var data []byte
	for i, t := range tags {
		if i < 8 { // the three curves are one
			for len(data)%4 != 0 {
				data = append(data, 0)
			}
			at = 128 + 4 + 12*len(tags) + len(data)
			data = append(data, t.data...)
		}
		b = append(b, t.tag...)
		b = be.AppendUint32(b, uint32(at))
		b = be.AppendUint32(b, uint32(len(t.data)))
	}
	b = pad4(append(b, data...))
	be.PutUint32(b, uint32(len(b)))
	return b
}
