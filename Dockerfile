# aep-mock as a container: docker build -t aep-mock . && docker run --rm -p 8090:8090 -e AEP_MOCK_TOKEN=choose-one aep-mock
# A container has to bind every address to be reached, and then the control API and the relay ask for a token.
# CI does not build this image: `npm run check:container` performs its instructions in a temporary folder. Paths in RUN are relative for that.
FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && mkdir packed && npm pack --pack-destination packed

FROM node:22-slim
WORKDIR /home/node
COPY --from=build /build/packed ./packed
RUN npm install --global --no-fund --no-audit ./packed/*.tgz && rm -r packed
USER node
ENV AEP_MOCK_HOST=0.0.0.0
EXPOSE 8090
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.AEP_MOCK_PORT || 8090}/_mock/health`, { headers: { authorization: `Bearer ${process.env.AEP_MOCK_TOKEN}` } }).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["aep-mock"]
CMD ["start"]
