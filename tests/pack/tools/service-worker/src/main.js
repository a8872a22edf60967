navigator.serviceWorker.addEventListener('message', ({ data }) => {
  document.title = data;
});

navigator.serviceWorker.register('/service-worker.js');
