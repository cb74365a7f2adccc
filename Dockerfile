# aep-mock as a container: docker build -t aep-mock . && docker run --rm -p 8090:8090 -e AEP_MOCK_TOKEN=choose-one aep-mock
# A container has to bind every address to be reached, and then the control API and the relay ask for a token.
FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm pack --pack-destination /build/packed

FROM node:22-slim
COPY --from=build /build/packed/*.tgz /tmp/aep-mock.tgz
RUN npm install --global --no-fund --no-audit /tmp/aep-mock.tgz && rm /tmp/aep-mock.tgz
USER node
WORKDIR /home/node
ENV AEP_MOCK_HOST=0.0.0.0
EXPOSE 8090
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8090/_mock/health', { headers: { authorization: `Bearer ${process.env.AEP_MOCK_TOKEN}` } }).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["aep-mock"]
CMD ["start"]
