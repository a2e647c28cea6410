# syntax=docker/dockerfile:1

# What runs: JavaScript of this package's own, and the libraries of the lock file. Install scripts of libraries are not run, and the Node that
# the lock file brings for other installations is left out: the image has one.
FROM node:24-bookworm-slim AS libraries
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=optional --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.ts scripts/
COPY src src
RUN npm run --silent build

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner=node --group=node --mode=0700 /state
WORKDIR /app
COPY --from=libraries /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY bin bin
COPY prompts prompts
COPY cases cases
ENV NODE_ENV=production HOME=/tmp
USER node
VOLUME /state
STOPSIGNAL SIGTERM
# It listens on no port, so there is nothing to ask; a worker that fails ends, and is started again.
HEALTHCHECK NONE
ENTRYPOINT ["node", "--max-semi-space-size=8", "--heap-growing-percent=50", "/app/bin/error-autopilot.mjs"]
CMD ["start", "--config", "/config/service-map.yaml", "--state", "/state"]
