// Posts what the other service sent along to the API, and shows who that is. A frontend would compare the state with
// the one it has kept, and keep the tokens in memory.
const message = document.getElementById("message");
const roles = document.getElementById("roles");
const query = new URLSearchParams(location.search);
const provider = location.pathname.split("/")[2];
history.replaceState(null, "", location.pathname);

async function finish(more) {
  roles.hidden = true;
  try {
    const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const response = await fetch(`/api/auth/oauth/${provider}/callback`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: query.get("code") ?? "", state: query.get("state") ?? "", timezone, ...more }),
    });
    const answer = await response.json();
    if (answer.success) {
      const { first_name, email, role } = answer.data.user;
      message.textContent = `Welcome, ${first_name}: you are signed in as ${email}, a ${role}.`;
    } else if (answer.errors[0].code === "role_required") {
      message.textContent = "You are new here. What brings you?";
      roles.hidden = false;
    } else {
      message.textContent = `${answer.message}.`;
    }
  } catch {
    message.textContent = "The platform cannot be reached: try again in a moment.";
  }
}

roles.addEventListener("click", (event) => {
  if (event.target.value) finish({ role: event.target.value });
});
finish({});
