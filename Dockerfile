# The image holds one static binary and nothing else. `docker build .` builds it from source, for the platform that is asked for; the
# release takes the binaries that it has built, with `--build-context build=FOLDER` in the place of the first stage.
# A tag and no digest: nothing of this image ships, `Cargo.lock` pins what is built, and Dependabot moves the tag.
FROM --platform=$BUILDPLATFORM rust:1.95.0-slim-bookworm AS build
WORKDIR /src
ARG TARGETARCH
COPY . .
# Without the allocator everything is Rust, and the linker of the toolchain is enough for either machine.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    case "$TARGETARCH" in \
      amd64) target=x86_64-unknown-linux-musl ;; \
      arm64) target=aarch64-unknown-linux-musl ;; \
      *) echo "no build for $TARGETARCH" >&2; exit 1 ;; \
    esac \
    && rustup target add "$target" \
    && RUSTFLAGS='-C linker=rust-lld' cargo build --locked --release --no-default-features --features shellcheck --target "$target" \
    && install -D -m 0755 "target/$target/release/shipworthy" "/$TARGETARCH/shipworthy"

FROM scratch
ARG TARGETARCH
LABEL org.opencontainers.image.title="shipworthy" \
      org.opencontainers.image.description="Checks Dockerfiles, compose files and nginx configurations as one system." \
      org.opencontainers.image.source="https://github.com/shipworthy/shipworthy" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /${TARGETARCH}/shipworthy /shipworthy
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/shipworthy"]
