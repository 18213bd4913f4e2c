package export

import (
	"crypto/sha1"
	"fmt"
	"strconv"

	"etalon/content"
)

// namespace of the UUIDs: version 5 of "etalon" in the namespace of names
// that are none of the others (RFC 9562, section 6.6), the nil UUID.
var namespace = uuid5([16]byte{}, "etalon")

// uuid5 is RFC 9562, section 5.5.
func uuid5(space [16]byte, name string) (id [16]byte) {
	sum := sha1.Sum(append(space[:], name...))
	copy(id[:], sum[:])
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return id
}

func identifier(name string) string {
	u := uuid5(namespace, name)
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// caseLink is CASE's LinkURI and LinkGenURI.
type caseLink struct {
	Title      string `json:"title"`
	Identifier string `json:"identifier"`
	URI        string `json:"uri"`
}

type caseDocument struct {
	Identifier      string   `json:"identifier"`
	URI             string   `json:"uri"`
	FrameworkType   string   `json:"frameworkType"`
	CaseVersion     string   `json:"caseVersion"`
	Creator         string   `json:"creator"`
	Title           string   `json:"title"`
	Changed         string   `json:"lastChangeDateTime"`
	Official        string   `json:"officialSourceURL"`
	Description     string   `json:"description"`
	Subject         []string `json:"subject"`
	Language        string   `json:"language"`
	Version         string   `json:"version"`
	AdoptionStatus  string   `json:"adoptionStatus"`
	StatusStartDate string   `json:"statusStartDate"`
	License         caseLink `json:"licenseURI"`
}

type caseItem struct {
	Identifier string   `json:"identifier"`
	Statement  string   `json:"fullStatement"`
	Type       string   `json:"CFItemType"`
	URI        string   `json:"uri"`
	Code       string   `json:"humanCodingScheme,omitempty"`
	Short      string   `json:"abbreviatedStatement,omitempty"`
	Notes      string   `json:"notes,omitempty"`
	Language   string   `json:"language"`
	Levels     []string `json:"educationLevel,omitempty"`
	TypeURI    caseLink `json:"CFItemTypeURI"`
	License    caseLink `json:"licenseURI"`
	Changed    string   `json:"lastChangeDateTime"`
}

type caseAssociation struct {
	Identifier  string   `json:"identifier"`
	Type        string   `json:"associationType"`
	Sequence    int      `json:"sequenceNumber"`
	URI         string   `json:"uri"`
	Origin      caseLink `json:"originNodeURI"`
	Destination caseLink `json:"destinationNodeURI"`
	Changed     string   `json:"lastChangeDateTime"`
}

type caseType struct {
	Identifier  string `json:"identifier"`
	URI         string `json:"uri"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Hierarchy   string `json:"hierarchyCode"`
	Changed     string `json:"lastChangeDateTime"`
}

type caseLicense struct {
	Identifier string `json:"identifier"`
	URI        string `json:"uri"`
	Title      string `json:"title"`
	Text       string `json:"licenseText"`
	Changed    string `json:"lastChangeDateTime"`
}

type casePackage struct {
	Document     caseDocument      `json:"CFDocument"`
	Items        []caseItem        `json:"CFItems"`
	Associations []caseAssociation `json:"CFAssociations"`
	Definitions  struct {
		Licenses  []caseLicense `json:"CFLicenses"`
		ItemTypes []caseType    `json:"CFItemTypes"`
	} `json:"CFDefinitions"`
}

// kinds of items: a key for the UUID, its name and what it is, by language.
var kinds = []struct{ key, fr, en, frText, enText string }{
	{"domain", "Domaine", "Domain", "Un des 5 domaines du référentiel.", "One of the 5 domains of the referential."},
	{"competence", "Compétence", "Competence", "Une des 16 compétences.", "One of the 16 competences."},
	{"theme", "Thème", "Theme", "Un titre sous lequel se rangent les acquis d’une compétence.", "A title under which the skills of a competence stand."},
	{"descriptor", "Descripteur", "Descriptor", "Ce que fait une personne à un niveau d’une compétence.", "What a person does at a level of a competence."},
}

// packer builds the package of one language.
type packer struct {
	*Document
	lang    content.Lang
	changed string
	license caseLink
	out     casePackage
}

// pack is the referential as a CFPackage: domains, competences, their themes
// and descriptors as items, joined by isChildOf.
func (d *Document) pack(l content.Lang) *casePackage {
	p := &packer{Document: d, lang: l, changed: d.Edition.Date + "T00:00:00Z"}
	uri := fmt.Sprintf("%s/data/case-%s.json", d.Address, l)
	p.license = caseLink{licence, identifier("licence " + licence), licenceAddress}
	title := content.Text{FR: "Référentiel des compétences numériques", EN: "Referential of digital competences"}.In(l)
	p.out.Document = caseDocument{
		Identifier: identifier("case " + string(l)), URI: uri, FrameworkType: "competency", CaseVersion: "1.1",
		Creator: "Étalon", Title: title, Changed: p.changed, Official: d.Address,
		Description: content.Text{
			FR: "5 domaines, 16 compétences, leurs thèmes et un descripteur pour chacun des 8 niveaux, dérivés de DigComp 2.1.",
			EN: "5 domains, 16 competences, their themes and a descriptor for each of the 8 levels, derived from DigComp 2.1.",
		}.In(l),
		Subject:  []string{content.Text{FR: "Compétences numériques", EN: "Digital competence"}.In(l)},
		Language: string(l), Version: d.Edition.ID, AdoptionStatus: "Adopted", StatusStartDate: d.Edition.Date, License: p.license,
	}
	p.out.Definitions.Licenses = []caseLicense{{p.license.Identifier, p.license.URI, licence, "Apache License, Version 2.0: " + licenceAddress, p.changed}}
	for i, k := range kinds {
		p.out.Definitions.ItemTypes = append(p.out.Definitions.ItemTypes, caseType{
			identifier("type " + k.key + " " + string(l)), uri + "#" + k.key,
			content.Text{FR: k.fr, EN: k.en}.In(l), content.Text{FR: k.frText, EN: k.enText}.In(l), strconv.Itoa(i + 1), p.changed,
		})
	}
	root := caseLink{title, p.out.Document.Identifier, uri}
	themes := map[string]string{}
	for _, t := range d.Themes {
		themes[t.Key] = t.Title.In(l)
	}
	for i, x := range d.Domains {
		domain := p.item(0, fmt.Sprintf("/d/%d", x.Number), strconv.Itoa(x.Number), x.Title.In(l), "", x.Definition.In(l), root, i+1)
		for j, code := range x.Competences {
			c := p.competence(code)
			item := p.item(1, "/c/"+code, code, c.Title.In(l), "", c.Definition.In(l), domain, j+1)
			for k, t := range c.Descriptors {
				label := d.Levels[t.Level-1].Name.In(l)
				p.item(3, fmt.Sprintf("/c/%s#n%d", code, t.Level), fmt.Sprintf("%s-%d", code, t.Level), t.Text.In(l), label, "", item, k+1)
				p.out.Items[len(p.out.Items)-1].Levels = []string{strconv.Itoa(t.Level)}
			}
			for k, key := range c.Themes {
				p.item(2, fmt.Sprintf("/c/%s#theme-%s", code, key), "", themes[key], "", "", item, len(c.Descriptors)+k+1)
			}
		}
	}
	return &p.out
}

func (p *packer) competence(code string) *Competence {
	for i := range p.Competences {
		if p.Competences[i].Code == code {
			return &p.Competences[i]
		}
	}
	return nil
}

// item adds an item and its place below parent.
func (p *packer) item(kind int, path, code, statement, short, notes string, parent caseLink, at int) caseLink {
	t := p.out.Definitions.ItemTypes[kind]
	name := path + " " + string(p.lang)
	link := caseLink{statement, identifier(name), p.Address + path}
	if code != "" {
		link.Title = code + " " + statement
	}
	p.out.Items = append(p.out.Items, caseItem{
		Identifier: link.Identifier, Statement: statement, Type: t.Title, URI: link.URI, Code: code, Short: short, Notes: notes,
		Language: string(p.lang), TypeURI: caseLink{t.Title, t.Identifier, t.URI}, License: p.license, Changed: p.changed,
	})
	child := identifier("child " + name)
	p.out.Associations = append(p.out.Associations, caseAssociation{
		child, "isChildOf", at, p.out.Document.URI + "#" + child, link, parent, p.changed,
	})
	return link
}
