// Package table reads and writes tables as spreadsheets exchange them: CSV.
//
// # What is read
//
// UTF-8, with or without a byte order mark, in the form of RFC 4180. The first
// line is the header and names the columns, in any order; from it the reader
// tells which of semicolon, comma and tab separates the cells. A column that is
// unknown, missing or there twice is refused. A cell may stand in double quotes,
// a quote inside being written twice; it ends on its line, so that a forgotten
// quote spoils one line and not the rest of the file. Lines end in LF or CR LF. Lines
// without anything in them, as spreadsheets leave at the end, are passed over.
//
// A cell is text as the rest of the house takes it: Unicode normal form C,
// neither beginning nor ending in a space, without control, bidirectional or
// other invisible characters. A cell that a spreadsheet would run as a formula
// is refused: one that begins with = + - or @, in narrow or wide form, and is
// not a number.
//
// Bounds: MaxBytes a file, MaxLines lines, MaxLine bytes a line, and for each
// column the bytes of its cells.
//
// # Faults
//
// Reading goes on after a fault, to tell them all in one run. A Fault names
// file, line, column, why, and what to do; it never repeats what a cell holds,
// which may be somebody's name. Faults keeps the first MaxFaults of them in the
// order of their lines and counts the others.
//
// # What is written
//
// UTF-8 with a byte order mark, semicolons, CR LF: what spreadsheets of any
// country open with a double click. A cell that would be run as a formula gets
// an apostrophe before it, which makes it text. Equal rows give equal bytes.
package table
