// Becomes part of /plugins/explorer.js.
