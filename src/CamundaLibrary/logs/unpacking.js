// Unpacks a published log and lets it take the place of the page that carries it.
(async function () {
  'use strict';

  async function unpack(element) {
    const bytes = Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    element.unpacked = new Uint8Array(await new Response(stream).arrayBuffer());
  }

  try {
    await Promise.all(Array.from(document.querySelectorAll('[data-packed]'), unpack));
    const log = document.querySelector('.packed-log').unpacked;
    document.open();
    document.write(new TextDecoder().decode(log));
    document.close();
  } catch (error) {
    document.getElementById('unpacking').textContent = document.getElementById('unpacking').dataset.failed;
    throw error;
  }
})();
