/** What the explorer's own style leaves open: the page around it, and less air. */
export const explorerStyle = `html { color-scheme: light; background: #fff; }
html.dark-mode { color-scheme: dark; background: #1c2022; }
body { margin: 0; }
noscript { display: block; padding: 2rem; font-family: sans-serif; }
.swagger-ui .information-container { padding-top: 1rem; }
.swagger-ui .info { margin: 1rem 0; }
.swagger-ui .info hgroup.main { margin: 0; }
.swagger-ui .scheme-container { margin: 0 0 1rem; padding: 0.75rem 0; }
.swagger-ui .filter .operation-filter-input { margin: 0.5rem 0 1rem; }
.swagger-ui .parameters-col_description input[type='text'] { width: 100%; max-width: 30rem; }
.swagger-ui .responses-table:not(.live-responses-table) .highlight-code > * { max-height: 12rem; overflow-y: auto; }
`
