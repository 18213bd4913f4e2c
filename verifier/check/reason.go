package check

// A Reason says in one sentence why a verdict is not the plain one that its
// name tells: what was wrong with the input, or what could not be read. The
// zero Reason says nothing. In JSON it is its English sentence.
type Reason string

// The reasons.
const (
	reasonQRText       Reason = "qr-text"
	reasonAltered      Reason = "altered"
	reasonNoKey        Reason = "no-key"
	reasonNoManifest   Reason = "no-manifest"
	reasonBadManifest  Reason = "bad-manifest"
	reasonOldManifest  Reason = "old-manifest"
	reasonNotOnRoll    Reason = "not-on-roll"
	reasonNoRoll       Reason = "no-roll"
	reasonCodeTyped    Reason = "code-typed"
	reasonCodeNothing  Reason = "code-nothing"
	reasonRegistryDown Reason = "registry-down"
	reasonEntryAltered Reason = "entry-altered"
	reasonEntryMixed   Reason = "entry-mixed"
	reasonNoAttachment Reason = "no-attachment"
	reasonAttachment   Reason = "attachment"
	reasonPDFSize      Reason = "pdf-size"
	reasonPDFMixed     Reason = "pdf-mixed"
	reasonListDown     Reason = "list-down"
	reasonListBad      Reason = "list-bad"
	reasonListStale    Reason = "list-stale"
	reasonKeysStale    Reason = "keys-stale"
	reasonKeysDown     Reason = "keys-down"
)

type sentence struct{ fr, en string }

var sentences = map[Reason]sentence{
	reasonQRText: {
		"Ce texte n’est pas celui d’un code QR d’attestation, ou il est incomplet.",
		"This text is not that of an attestation’s QR code, or part of it is missing."},
	reasonAltered: {
		"La signature ne correspond pas au contenu : un caractère au moins diffère de ce qui a été signé.",
		"The signature does not match the content: at least one character differs from what was signed."},
	reasonNoKey: {
		"Aucune clé de l’émetteur reconnu ici n’a pu faire cette signature.",
		"No key of the issuer recognised here can have made this signature."},
	reasonNoManifest: {
		"La liste des clés de l’émetteur n’a pas pu être lue : la signature ne peut pas être vérifiée.",
		"The issuer’s list of keys could not be read, so the signature cannot be verified."},
	reasonBadManifest: {
		"La liste des clés publiée n’est pas signée par une autorité reconnue ici.",
		"The published list of keys is not signed by an authority recognised here."},
	reasonOldManifest: {
		"La liste des clés publiée est plus ancienne qu’une liste déjà vue : elle est refusée.",
		"The published list of keys is older than one already seen: it is refused."},
	reasonNotOnRoll: {
		"La clé qui a signé a été volée, et cette attestation ne figure pas parmi celles que l’émetteur a réellement délivrées.",
		"The key that signed was stolen, and this attestation is not among those the issuer really delivered."},
	reasonNoRoll: {
		"La clé qui a signé a été volée, et la liste des attestations réellement délivrées n’a pas pu être lue.",
		"The key that signed was stolen, and the list of attestations really delivered could not be read."},
	reasonCodeTyped: {
		"Ce code comporte une faute de frappe : un code a vingt et un caractères après le P, et le dernier contrôle les autres.",
		"This code is mistyped: a code has twenty-one characters after the P, and the last one checks the others."},
	reasonCodeNothing: {
		"Le code est bien formé, mais aucune attestation ne lui correspond ici.",
		"The code is well formed, but no attestation answers to it here."},
	reasonRegistryDown: {
		"Le registre n’a pas pu être lu : réessayez plus tard, ou vérifiez par le code QR.",
		"The registry could not be read: try again later, or check with the QR code."},
	reasonEntryAltered: {
		"L’entrée trouvée au registre ne s’ouvre pas avec ce code, ou n’est pas signée par l’émetteur : elle est endommagée ou a été réécrite.",
		"The entry found in the registry does not open with this code, or is not signed by the issuer: it is damaged or was rewritten."},
	reasonEntryMixed: {
		"L’entrée trouvée au registre réunit des parties qui ne décrivent pas la même attestation.",
		"The entry found in the registry joins parts that do not describe the same attestation."},
	reasonNoAttachment: {
		"Ce fichier ne contient pas d’attestation signée : une copie numérisée ou réimprimée l’a perdue. Vérifiez par le code QR ou le code.",
		"This file holds no signed attestation: a scanned or reprinted copy has lost it. Check with the QR code or the typed code."},
	reasonAttachment: {
		"La partie signée de ce fichier est mal formée, ou s’y trouve plusieurs fois.",
		"The signed part of this file is malformed, or stands in it more than once."},
	reasonPDFSize: {
		"Ce fichier est bien plus gros qu’une attestation.",
		"This file is far larger than an attestation."},
	reasonPDFMixed: {
		"La signature et le code contenus dans ce fichier viennent de deux attestations différentes.",
		"The signature and the code inside this file come from two different attestations."},
	reasonListDown: {
		"La liste d’état n’a pas pu être lue.",
		"The status list could not be read."},
	reasonListBad: {
		"La liste d’état publiée n’est pas signée par l’émetteur.",
		"The published status list is not signed by the issuer."},
	reasonListStale: {
		"La liste d’état publiée a dépassé sa date, ou ne l’a pas encore atteinte.",
		"The published status list is past its date, or not yet at it."},
	reasonKeysStale: {
		"La liste des clés de l’émetteur a dépassé sa date, ou ne l’a pas encore atteinte.",
		"The issuer’s list of keys is past its date, or not yet at it."},
	reasonKeysDown: {
		"La liste des clés de l’émetteur n’a pas pu être relue ; la dernière connue a servi.",
		"The issuer’s list of keys could not be read again; the last one known was used."},
}

// In gives the sentence in a language, "fr" or, for any other, English.
func (r Reason) In(lang string) string {
	s := sentences[r]
	if lang == "fr" {
		return s.fr
	}
	return s.en
}

// MarshalText implements encoding.TextMarshaler: the English sentence.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.In("en")), nil }
