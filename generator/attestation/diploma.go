package attestation

func (p *pages) diploma() {}
