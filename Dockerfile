# Sextant with the libraries it needs and nothing else. README.md, "In Docker", says how to run it;
# Scripts/check-dockerfile tries the second stage without Docker.

FROM swift:6.3-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends make
WORKDIR /source
COPY . .
RUN make build

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libc-ares2 libcurl4 libldns3 libmaxminddb0 libmicrohttpd12 libyaml-0-2 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --user-group --no-create-home --home-dir /sextant --shell /usr/sbin/nologin sextant \
 && install -d /sextant/zones /sextant/geoip \
 && install -d -o sextant -g sextant /sextant/state
COPY --from=build /source/.build/release/sextant /usr/local/bin/sextant
# Every default of `sextant serve` is a folder in here: zones, geoip, state.
WORKDIR /sextant
VOLUME ["/sextant/zones", "/sextant/geoip", "/sextant/state"]
USER sextant
EXPOSE 53/udp 53/tcp
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/sextant"]
CMD ["serve", "--listen", "0.0.0.0:53"]
