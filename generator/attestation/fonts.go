package attestation

import (
	_ "embed"
	"slices"
	"sync"

	"etalon/generator/attestation/pdf"
)

//go:embed fonts/serif-medium.ttf
var serifMedium []byte

//go:embed fonts/serif-italic.ttf
var serifItalic []byte

//go:embed fonts/sans-regular.ttf
var sansRegular []byte

//go:embed fonts/sans-semibold.ttf
var sansSemibold []byte

//go:embed fonts/mono-medium.ttf
var monoMedium []byte

// Characters that every file carries: what the words of the pages take in both
// languages, and what most names in French do. The rest is added to a file as
// it is shown.
const (
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" +
		"ÀÂÇÈÉÊËÎÏÔÛÜàâçèéêëîïôùûüœ \u00a0'’-"
	slanted = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJLMNOPRSTVàçéèêîô \u00a0'’-" // of the italic, which sets little
	figures = "0123456789"
	prose   = ".,;:()/«»‘“”–·…?%\u202f"
)

// codeLetters are those of an access code.
const codeLetters = "-0123456789ABCDEFGHJKMNPQRSTVWXYZ"

type faceSet struct{ serif, italic, sans, bold, mono *pdf.Font }

func (s *faceSet) all() []*pdf.Font { return []*pdf.Font{s.serif, s.italic, s.sans, s.bold, s.mono} }

// faces holds the five faces, parsed once.
var faces = sync.OnceValue(func() *faceSet {
	return &faceSet{
		serif:  pdf.ParseFont(serifMedium, letters+figures),
		italic: pdf.ParseFont(serifItalic, slanted),
		sans:   pdf.ParseFont(sansRegular, letters+figures+prose),
		bold:   pdf.ParseFont(sansSemibold, letters+figures+"ÙŒ.,:()/·°–"),
		mono:   pdf.ParseFont(monoMedium, codeLetters),
	}
})

// Names of the drawings of the kit.
const (
	drawingBorder = "Border"
	drawingWide   = "Wide" // the border of a landscape page
	drawingSeal   = "Seal"
)

// kit is what all files share.
var kit = sync.OnceValue(newKit)

func newKit() *pdf.Kit {
	return pdf.NewKit(faces().all(), slices.Concat(
		border(drawingBorder, pageW, pageH), border(drawingWide, pageH, pageW), rosette(drawingSeal), cells()))
}
