// Package signing is everything Étalon signs, seals and reads back.
package signing
