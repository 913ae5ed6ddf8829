// Icons are loaded over the network, which tests don't have.
module.exports = { __esModule: true, default: () => null, cacheStore: {}, STATUS: {} };
