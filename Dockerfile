FROM node:26-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY . .
RUN mkdir -p data && chown node data
USER node
ENV HOST=0.0.0.0
EXPOSE 8080
VOLUME /app/data
CMD ["node", "server/main.ts"]
