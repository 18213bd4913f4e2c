# Two images from one build: `--target verifier` (also without a target) and
# `--target generator`. Each is one static program on distroless: certificate
# roots, no shell, no package manager, no root. A Dockerfile and not ko, because
# every engine builds it without another tool.
#
#     docker build -t registry.example/etalon/verifier:1.0.0 .
#     docker build -t registry.example/etalon/generator:1.0.0 --target generator .
#
# Before a release, pin both bases by digest (golang:…@sha256:…): tags move.
FROM --platform=$BUILDPLATFORM golang:1.26.8-trixie AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags '-s -w' -o /out/ ./generator ./verifier

FROM gcr.io/distroless/static-debian13:nonroot AS generator
COPY --from=build /out/generator /generator
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/generator"]

# No HEALTHCHECK: without a shell the image would need a second program for it,
# and whoever balances between several verifiers asks GET /healthz, which
# verifies a built-in attestation.
FROM gcr.io/distroless/static-debian13:nonroot AS verifier
COPY --from=build /out/verifier /verifier
USER 65532:65532
ENV ETALON_ADDR=:8080
EXPOSE 8080
ENTRYPOINT ["/verifier"]
