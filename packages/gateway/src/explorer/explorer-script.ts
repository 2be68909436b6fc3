/**
 * What runs in the browser: plain JavaScript, as no compiler stands between here and there. It is a file of its own, and
 * not a part of the page, so that the page can forbid every script that is one.
 */
export const explorerScript = `'use strict'
const dark = matchMedia('(prefers-color-scheme: dark)')
const followScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', followScheme)
followScheme()
const explorer = document.querySelector('#explorer')
SwaggerUIBundle({
  domNode: explorer,
  url: document.querySelector('link[rel="service-desc"]').href,
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  docExpansion: explorer.dataset.expansion,
  deepLinking: true,
  filter: true,
  displayRequestDuration: true,
  showExtensions: true,
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
})
`
