// Package content is the referential.
package content
