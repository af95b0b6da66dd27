// The token stays in this function: nothing of it is stored.
const form = document.querySelector("form");
const answer = document.querySelector("#answer");

async function ask(path, options) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.message);
  return body.data;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const job = new URLSearchParams(location.search).get("job") ?? "";
  const login = Object.fromEntries(new FormData(form));
  try {
    const { access_token } = await ask("/api/auth/login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(login),
    });
    const signedIn = { headers: { authorization: `Bearer ${access_token}` } };
    const { result_path } = await ask(`/api/users/me/jobs/${encodeURIComponent(job)}`, signedIn);
    if (!result_path) throw new Error("This file is not ready.");
    const file = await ask(result_path, signedIn);
    location.assign(file.url);
  } catch (problem) {
    answer.textContent = problem.message;
  }
});
