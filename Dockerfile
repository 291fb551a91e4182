# Installs the packages with the Node of this image. The server runs on the one that package.json pins.
FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Executables are in two packages each, as one file with two names, which copying would make two; and two files of the
# font are used (server/exports/rasterise.ts).
RUN npm ci --omit=dev && cd node_modules && \
  find node/node_modules @deno esbuild/bin @expo-google-fonts/inter -type f \
  ! -name Inter_400Regular.ttf ! -name Inter_600SemiBold.ttf ! -name package.json ! -name 'LICENSE*' -delete

FROM debian:trixie-slim
# Node needs libatomic. bubblewrap is for the jail: docs/sandbox.md says when a container can have one. tini removes
# processes that have ended and whose parent has, which the server, as the first process of a container, would not do.
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap libatomic1 python3 tini && \
  rm -rf /var/lib/apt/lists/* /var/cache/apt
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY . .
# Group 0: some platforms run containers as a user of their choice, without a name, in that group.
RUN mkdir data && chown 1000:0 data && chmod 770 data
USER 1000:0
ENV PATH=/app/node_modules/.bin:$PATH
ENV HOST=0.0.0.0
EXPOSE 8080
VOLUME /app/data
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "server/health-check.ts"]
ENTRYPOINT ["tini", "--"]
# A small young generation: starting a process copies the page tables of all of the server’s memory.
CMD ["node", "--max-semi-space-size=4", "server/main.ts"]
