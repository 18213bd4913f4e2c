package main

import "context"

// bank gathers the commands on item banks.
func (e *env) bank(ctx context.Context, args []string) error {
	commands := map[string]func(context.Context, []string) error{"check": e.bankCheck, "calibrate": e.bankCalibrate}
	if len(args) == 0 {
		return usagef("bank takes a command: check or calibrate")
	}
	command, ok := commands[args[0]]
	if !ok {
		return usagef("unknown command bank %q", args[0])
	}
	return command(ctx, args[1:])
}
