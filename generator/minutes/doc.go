// Package minutes writes what a jury has before it when it deliberates, and what
// it signs: of each candidate the outcome that the rules propose and why, in
// words, what happened in the room, and the decision, or the place to write it.
//
// # Page
//
// One HTML file, whole by itself, to print on A4 paper across: no script, no
// font and no picture from elsewhere. Each room begins on a page of its own and
// its table repeats the heads of its columns; no candidate is cut between two
// pages. Each page bears its number, the number of pages, and whose minutes of
// which day they are. Sums and the places to sign come last. A suspicion of fraud
// that awaits the jury is marked in black, not by colour alone.
//
// Times in the room are minutes since the test began: a log holds no time zone.
//
// # Table
//
// The same as CSV (package table, "What is written"), a line for each candidate,
// the heads of the columns in French or English. Days are 2006-01-02, yes and no
// are 1 and 0, and lists are joined by " | ".
//
// # Personal data
//
// Both hold names, births and suspicions. They are for the jury: they are written
// 0600, in a folder that is never published.
//
// # Equal bytes
//
// Equal candidates and equal dates give equal files; no clock is read.
package minutes
