FROM node:26-slim
# For the jail: README says when a container can have one.
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Images need only two files of the font package, which takes 8 MB (server/exports/rasterise.ts).
RUN npm ci --omit=dev && \
  find node_modules/@expo-google-fonts/inter -type f \
  ! -name Inter_400Regular.ttf ! -name Inter_600SemiBold.ttf ! -name package.json ! -name 'LICENSE*' -delete
COPY . .
RUN mkdir -p data && chown node data
USER node
ENV HOST=0.0.0.0
EXPOSE 8080
VOLUME /app/data
CMD ["node", "server/main.ts"]
