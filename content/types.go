package content

// Lang is a language of the referential, as it stands in paths and in HTML.
type Lang string

// The languages of the referential.
const (
	FR Lang = "fr"
	EN Lang = "en"
)

// Langs lists the languages, French first: French is the original, English
// its mirror.
var Langs = []Lang{FR, EN}

// Text is one text in every language.
type Text struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// In returns the text in l; any language but English reads French.
func (t Text) In(l Lang) string {
	if l == EN {
		return t.EN
	}
	return t.FR
}

func (t *Text) set(l Lang, s string) {
	if l == EN {
		t.EN = s
	} else {
		t.FR = s
	}
}

// Referential is the whole of content/, checked. Only Load makes one.
type Referential struct {
	Domains    []Domain    // 5, by number
	Levels     [8]Level    // level n at n-1
	Bands      [4]Band     // band n at n-1
	Pages      []Page      // by Order
	Frameworks []Framework // by ValidFrom, then ID
	Versions   []Version   // by Date; the last is the tree's own
	Aliases    []Alias
}

// Domain is one of the 5 areas of the referential.
type Domain struct {
	Number      int           // 1 to 5
	Title       Text          // official, verbatim
	Definition  Text          // Markdown
	Competences []*Competence // by code
}

// Competence is one of the 16 competences.
type Competence struct {
	Code        string // "1.1" to "5.2"
	Domain      *Domain
	Title       Text       // official, verbatim
	Definition  Text       // Markdown, one paragraph
	Themes      []Theme    // in the official order
	Descriptors [8]Text    // Markdown, one paragraph each: what a person does at level n, at n-1; at most 380 characters as plain text
	DigComp     []*DigComp // those of DigComp 2.1 that it covers, by code; never empty
}

// DigComp is one of the 21 competences of DigComp 2.1, the European framework
// that the referential derives from.
type DigComp struct {
	Code string // "1.1" to "5.4"; not a code of this referential
	Name string // official, in English
}

// Theme is a title under which a competence's skills stand. The same theme
// may belong to several competences.
type Theme struct {
	ID    string // kebab case
	Title Text   // official, verbatim in French
}

// Level is one step of the general grid.
type Level struct {
	Number      int // 1 to 8
	Name        Text
	Band        *Band
	Meaning     Text // plain text, third person, at most 260 characters: for page 1 of an attestation
	Description Text // Markdown
}

// Band is a pair of levels.
type Band struct {
	Number      int // 1 to 4
	Name        Text
	First, Last int  // levels
	Description Text // Markdown
}

// Page is a page about the certification or about the service.
type Page struct {
	ID       string // the file's name without .md
	Order    int    // unique, increasing in menus
	Group    string // "certification", "screens" or "about"
	Slug     Text   // last part of its address
	Title    Text
	Summary  Text      // plain text, one or two sentences
	Body     Text      // Markdown; headings from level 2, each with an id
	Headings []Heading // of level 2, in order, for a table of contents
}

// Heading is a heading of level 2 in a page; its ID is the same in every
// language and is the fragment a link gives.
type Heading struct {
	ID    string
	Title Text // plain text
}

// Framework is the published part of the rules that hold in a period: all but
// the intervals, which stay with the certifying body. Dates are 2006-01-02;
// pointers are nil where the regime has no such rule.
type Framework struct {
	ID                     string
	Regime                 string // "adaptive" or "profile"
	ValidFrom              string
	ValidUntil             string // last day, or "" while it holds
	Note                   Text   // plain text: what the dates and the ceiling rest on
	MaxLevel               int    // highest level that can be reached
	Scores                 []int  // least score of global levels 1 to 8; empty in the profile regime, which has no global level
	ProfessionalScore      int    // pix; 0 for none
	ProfessionalFrom       string
	Questions              int // adaptive: questions in a test
	MinimumTreated         int // adaptive: below, no score
	QuestionsPerCompetence int // profile: at most
	MinimumQuestions       int // profile: in a test
	MaximumQuestions       int // profile: in a test
	Minutes                int // of the test
	SessionMinutes         int // in the room
	ValidityYears          int
	WaitDays               int // between two sessions
	MinimumCompetences     int // at level 1 or more, to sit
	InitialCapacity        *float64
	VariationLimit         *float64 // nil: no limit
	Raw                    []byte   // the file
}

// Competences returns the 16 competences by code.
func (r *Referential) Competences() []*Competence {
	var out []*Competence
	for i := range r.Domains {
		out = append(out, r.Domains[i].Competences...)
	}
	return out
}

// Competence returns the competence of that code, or nil.
func (r *Referential) Competence(code string) *Competence {
	for _, c := range r.Competences() {
		if c.Code == code {
			return c
		}
	}
	return nil
}

// Domain returns the domain of that number, or nil.
func (r *Referential) Domain(number int) *Domain {
	if number < 1 || number > len(r.Domains) {
		return nil
	}
	return &r.Domains[number-1]
}

// Page returns the page of that id, or nil.
func (r *Referential) Page(id string) *Page {
	for i := range r.Pages {
		if r.Pages[i].ID == id {
			return &r.Pages[i]
		}
	}
	return nil
}

// Framework returns the framework of that id, or nil.
func (r *Referential) Framework(id string) *Framework {
	for i := range r.Frameworks {
		if r.Frameworks[i].ID == id {
			return &r.Frameworks[i]
		}
	}
	return nil
}

// LevelName names a global level, 0 to 8: « Novice 1 » … « Expert 2 », and
// for 0 that the first was not reached. Any other number has no name.
func (r *Referential) LevelName(level int) Text {
	switch {
	case level == 0:
		first := r.Levels[0].Name
		return Text{FR: "niveau " + first.FR + " non atteint", EN: "level " + first.EN + " not reached"}
	case level >= 1 && level <= len(r.Levels):
		return r.Levels[level-1].Name
	}
	return Text{}
}
