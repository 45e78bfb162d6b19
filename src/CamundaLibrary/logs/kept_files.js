// Serves what a log refers to by relative addresses from within the published file, and says what is not there.
// It knows HTML, not Robot Framework's log: whatever comes into the document is looked at, once it comes.
(function () {
  'use strict';

  const index = JSON.parse(document.getElementById('kept-index').textContent);
  const kept = new Map(Object.entries(index.kept));
  const reasons = new Map(Object.entries(index.reasons));
  const files = Array.from(document.getElementsByClassName('kept-file'));
  const addresses = [];

  const ELSEWHERE = /^\s*(?:(?!file:)[a-z][a-z0-9+.-]+:|\/\/|[#?]|$)/i;
  const VIEWABLE = /^(?:image\/(?!svg)|video\/|text\/plain|application\/(?:json|pdf))/;
  const ACTIVE = /html|xml/;  // may hold scripts, which must not run as if they were this page
  const SHOWING = 'img,source,video,audio,track,embed,object,iframe,input';
  const ATTRIBUTES = {src: SHOWING, poster: 'video', data: 'object', href: 'a,area'};

  function serve(element) {
    for (const [name, elements] of Object.entries(ATTRIBUTES)) {
      if (!element.matches(elements)) continue;
      const reference = element.getAttribute('data-kept-' + name) ?? element.getAttribute(name);
      if (reference === null || ELSEWHERE.test(reference)) continue;
      const number = kept.get(key(reference));
      const isServed = number !== undefined && mayServe(element, name, files[number]);
      if (!isServed) element.removeAttribute(name);
      element.removeAttribute('data-kept-' + name);
      isServed ? show(element, name, files[number], address(number)) : explain(element, name, key(reference));
    }
  }

  function key(reference) {
    return reference.split(/[?#]/)[0].trim();
  }

  function address(number) {
    addresses[number] ??= URL.createObjectURL(new Blob([content(files[number])], {type: files[number].dataset.type}));
    return addresses[number];
  }

  function content(file) {
    return file.unpacked ?? Uint8Array.from(atob(file.textContent), (character) => character.charCodeAt(0));
  }

  function mayServe(element, name, file) {
    return !(ACTIVE.test(file.dataset.type) && element.matches('embed,object'));
  }

  function show(element, name, file, url) {
    if (element.tagName === 'IFRAME' && ACTIVE.test(file.dataset.type)) element.setAttribute('sandbox', '');
    if (name === 'href') prepareLink(element, file);
    element.setAttribute(name, url);
    if (element.tagName === 'SOURCE' && element.parentNode.load) element.parentNode.load();  // HTML asks for it
  }

  function prepareLink(link, file) {
    if (VIEWABLE.test(file.dataset.type)) link.target = '_blank';
    else link.download = file.dataset.name;
  }

  function explain(element, name, reference) {
    const reason = reasons.get(reference) ?? decoded(reference) + ' is not kept with this log.';
    if (name === 'href') {
      element.title = reason;
      element.style.cssText += 'cursor: help; opacity: 0.6; text-decoration: underline dotted';
      if (!reasons.has(reference) || element.firstElementChild) return;
    }
    const holder = element.parentElement?.closest('video,audio,picture') ?? element;
    holder.after(note(reason));
    if (element.tagName === 'IMG') element.remove();
  }

  function note(text) {
    const note = document.createElement('em');
    note.className = 'not-kept';
    note.textContent = ` [${text}] `;
    return note;
  }

  function decoded(reference) {
    try {
      return decodeURIComponent(reference);
    } catch (error) {
      return reference;
    }
  }

  // Elements made from text begin to load before anyone can look at them: their addresses are put aside first.
  const html = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML');
  Object.defineProperty(Element.prototype, 'innerHTML', {...html, set(text) { html.set.call(this, putAside(text)); }});
  const LOADING = new RegExp('<(?:' + SHOWING.replaceAll(',', '|') + ')\\b(?:"[^"]*"|\'[^\']*\'|[^\'">])*>', 'gi');
  const LOADED = /(\s)(src|poster)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)|"[^"]*"|'[^']*'/gi;

  function putAside(text) {
    if (typeof text !== 'string' || /<script/i.test(text)) return text;
    return text.replace(LOADING, (tag) => tag.replace(LOADED, (attribute, space, name, value) =>
      !name || ELSEWHERE.test(value.replace(/^["']/, '')) ? attribute : `${space}data-kept-${name}=${value}`));
  }

  // Parts of a log made with --splitlog are scripts beside it.
  const script = Object.getOwnPropertyDescriptor(HTMLScriptElement.prototype, 'src');
  Object.defineProperty(HTMLScriptElement.prototype, 'src', {...script, set(reference) {
    const number = kept.get(key(String(reference)));
    script.set.call(this, number === undefined ? reference : address(number));
  }});

  const ALL = SHOWING + ',a[href],area[href]';
  new MutationObserver((changes) => {
    for (const {addedNodes, target, type} of changes) {
      if (type === 'attributes') serve(target);
      for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) serveAll(node);
    }
  }).observe(document, {childList: true, subtree: true, attributeFilter: ['src', 'poster', 'data', 'href']});

  function serveAll(element) {
    if (element.matches(ALL)) serve(element);
    element.querySelectorAll(ALL).forEach(serve);
  }

  serveAll(document.documentElement);
})();
