package main

import (
	"context"
	"fmt"
	"path/filepath"

	"etalon/content"
	"etalon/engine"
	"etalon/generator/quality"
)

// bankCheck tells all that is wrong with an item bank.
func (e *env) bankCheck(_ context.Context, args []string) error {
	c := e.flags("bank check", "BANK")
	framework := c.String("framework", "", "framework `file`: its levels are what the bank must tell apart")
	wanted := c.Float64("error", 0.35, "`error` of the capacity wanted at the bounds between levels")
	svg := c.String("svg", "", "`file` for the curves of information")
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	if !(*wanted >= 0.01 && *wanted <= 10) {
		return usagef("-error is %v; give 0.01 to 10", *wanted)
	}
	if *svg != "" && *framework == "" {
		return usagef("-svg goes with -framework, whose levels the curves are held against")
	}
	referential, err := content.Default()
	if err != nil {
		return err
	}
	data, err := readFile(rest[0])
	if err != nil {
		return fmt.Errorf("bank: %w", err)
	}
	check := quality.Check{Name: rest[0], Bank: engine.InspectBank(rest[0], data), Referential: referential, Error: *wanted}
	if *framework != "" {
		if data, err = readFile(*framework); err != nil {
			return fmt.Errorf("framework: %w", err)
		}
		check.Framework, check.Faults = engine.InspectFramework(*framework, data)
	}
	r := check.Run()
	if err := r.Print(e.stdout); err != nil {
		return err
	}
	if image := r.SVG(filepath.Base(rest[0])); *svg != "" && image != nil {
		if err := writeFile(*svg, image, 0o644); err != nil {
			return err
		}
	}
	switch n := len(r.Wrong); n {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("bank check: one thing is wrong with %s", rest[0])
	default:
		return fmt.Errorf("bank check: %d things are wrong with %s", n, rest[0])
	}
}
