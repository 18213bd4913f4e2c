package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// environment is what stands before the name of a flag's variable: -site can
// be given as ETALON_SITE.
const environment = "ETALON_"

// fromEnvironment sets the flags that have a variable; the command line, read
// afterwards, has the last word. An empty variable says nothing.
func fromEnvironment(flags *flag.FlagSet) error {
	var err error
	flags.VisitAll(func(f *flag.Flag) {
		name := environment + strings.ToUpper(f.Name)
		v := os.Getenv(name)
		if v == "" || err != nil {
			return
		}
		if e := flags.Set(f.Name, v); e != nil {
			err = &usageError{fmt.Sprintf("environment variable %s: %v", name, e)}
		}
	})
	return err
}
