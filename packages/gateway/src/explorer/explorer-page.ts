import type { AssetName } from './explorer-assets.js'

export interface ExplorerPageOptions {
  readonly title: string
  /** Whether operations are listed, or the modules alone until one of them is opened. */
  readonly expansion: 'list' | 'none'
  /** Where an asset is, seen from the page. */
  readonly href: (asset: AssetName) => string
}

/** The page. Every address in it is relative, so that it works under whatever path a proxy puts the gateway. */
export function explorerPage({ title, expansion, href }: ExplorerPageOptions): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<link rel="service-desc" type="application/json" href="openapi.json">
<link rel="stylesheet" href="${href('swagger-ui.css')}">
<link rel="stylesheet" href="${href('explorer.css')}">
</head>
<body>
<noscript>This page needs JavaScript. What it shows is in <a href="openapi.json">openapi.json</a>.</noscript>
<div id="explorer" data-expansion="${expansion}"></div>
<script src="${href('swagger-ui-bundle.js')}"></script>
<script src="${href('explorer.js')}"></script>
</body>
</html>
`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
}
